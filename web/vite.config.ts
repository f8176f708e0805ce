import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` forwards the API to a running server; CERTWRIGHT_URL says where it is.
const server = process.env.CERTWRIGHT_URL ?? "https://localhost:8443";
const forward = { target: server, secure: false, changeOrigin: false };

export default defineConfig({
  plugins: [react()],
  server: {
    proxy: {
      "/api": { ...forward, ws: true },
      "/acme": forward,
      "/ca": forward,
      "/crl": forward,
    },
  },
  build: {
    target: "es2022",
    // Nothing is inlined as data: the content security policy allows our own origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        manualChunks: {
          react: ["react", "react-dom/client"],
          tanstack: ["@tanstack/react-query", "@tanstack/react-router"],
        },
      },
    },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
