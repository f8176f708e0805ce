#pragma once

// Signed requests made with Python's cryptography, and the thumbprints of their keys by josepy.
namespace core::acme {

struct JwsVector {
  const char* algorithm;
  const char* thumbprint;
  const char* jws;
};

inline constexpr JwsVector jws_vectors[] = {
    {"ES256", "AK6obMZ5KpAfx8db2xrF-gVP2csaiq_lJ3zLrKIkH-o",
     R"({"protected": "eyJhbGciOiAiRVMyNTYiLCAibm9uY2UiOiAib0Z2bmxGUDF3SWhSbFlTMmpUYVhiQSIsICJ1c)"
     R"(mwiOiAiaHR0cHM6Ly9jYS5leGFtcGxlL2FjbWUvbmV3LWFjY291bnQiLCAiandrIjogeyJrdHkiOiAiRUMiLCAiY)"
     R"(3J2IjogIlAtMjU2IiwgIngiOiAiWE1MMnEydy1QTlN6b3o1MjBCeDZ2Uk1Qdld2cGpQRkV4LW83QzVVTUlIUSIsI)"
     R"(CJ5IjogImZlTklYVHlOYmxNcEVkRGRpT19WLUQ1TVZ1TWgxNlJLVmNEZTl2X0JFUW8ifX0", "payload": "eyJ)"
     R"(0ZXJtc09mU2VydmljZUFncmVlZCI6dHJ1ZX0", "signature": "_pOLgpTvIWs6oFLgF-Ob_cj0YrExQHFozSE)"
     R"(lsinpSCot7O_8Bmvdgd5e4okJ-FY-mpAcyZrKzcZk8kmgBeaSbw"})"},
    {"ES384", "_69xF_SinCZnkWgGh6MMc8mz1H63F-JLfmWPPFaVJos",
     R"({"protected": "eyJhbGciOiAiRVMzODQiLCAibm9uY2UiOiAib0Z2bmxGUDF3SWhSbFlTMmpUYVhiQSIsICJ1c)"
     R"(mwiOiAiaHR0cHM6Ly9jYS5leGFtcGxlL2FjbWUvbmV3LWFjY291bnQiLCAiandrIjogeyJrdHkiOiAiRUMiLCAiY)"
     R"(3J2IjogIlAtMzg0IiwgIngiOiAiaHVQRWZWUUFRUnZjd1lRV2ZiYWZod3JoMWoyMHlWd3drQjZpQVZKZDc1OHR5T)"
     R"(GpOOHRFVGV6OFVySVFtRXJsbiIsICJ5IjogIjVNVUFtejUxRjBJQTNob2prZjZhbFUxMi1Zc3Z3NGhGRXBiT1Jqb)"
     R"(GNobTlHVmF6WFdaUWNiZ0pMeEJhaXVNaHUifX0", "payload": "eyJ0ZXJtc09mU2VydmljZUFncmVlZCI6dHJ)"
     R"(1ZX0", "signature": "Bi-BLEvgjaJBIoRVylQDb_8ARdMKNBqBLm4QzWqUMrjgkIp7Ihj4yfQiDpOuJPqeuee)"
     R"(DNACqri-tY4OPztakmRurZsA4go7UoZkwXfhCMOGmzokmiEWVskRy6QRThVJC"})"},
    {"ES512", "nHfjTr8AVJgP0FWcrECsNwbaSdvE5fRR8lA0jK8xPA0",
     R"({"protected": "eyJhbGciOiAiRVM1MTIiLCAibm9uY2UiOiAib0Z2bmxGUDF3SWhSbFlTMmpUYVhiQSIsICJ1c)"
     R"(mwiOiAiaHR0cHM6Ly9jYS5leGFtcGxlL2FjbWUvbmV3LWFjY291bnQiLCAiandrIjogeyJrdHkiOiAiRUMiLCAiY)"
     R"(3J2IjogIlAtNTIxIiwgIngiOiAiQUxXNGh6dVQxZGdmam9aR0MzMVhaNmZhREEzTnhJaEcxRkRHZklxRlZ3TXdKU)"
     R"(Ggxc3lldHZaV194SlBmZkZqNHJET0t3WmFFU3NQQzZuNjJGeDROZkJjTCIsICJ5IjogIkFXWWYtT05TLTNZd1B2S)"
     R"(WpiMXRMa2V4X0pzZVBvLU9jQXcwZ1V4R1ZmdXlIZjh1RDZTTWxIeHlUb211R0pMTm1RTUgyUW1sSkc0VFFUVVRVT)"
     R"(XBvdjlySXYifX0", "payload": "eyJ0ZXJtc09mU2VydmljZUFncmVlZCI6dHJ1ZX0", "signature": "AS3)"
     R"(6VdnsAnD3E-a8KCOtg_73UaazuCny4AFh5FAFsg6VwvZyE9Rh6DS_Vtya_eTACIGy_qXmRCiwZVOmgjN5UDERAUD)"
     R"(atMrP2_Xr-cbHU1H2ohA5rL551QpZWRE-6aXZ7-Z8EkEtB80wZR7WkmuO7xQExEI85VJ3XxlF0JI7fRukSPwB"})"},
    {"RS256", "4WrRbOlmm0Su0G11ul5dt9_NkE91YYotITWwNnr1A18",
     R"({"protected": "eyJhbGciOiAiUlMyNTYiLCAibm9uY2UiOiAib0Z2bmxGUDF3SWhSbFlTMmpUYVhiQSIsICJ1c)"
     R"(mwiOiAiaHR0cHM6Ly9jYS5leGFtcGxlL2FjbWUvbmV3LWFjY291bnQiLCAiandrIjogeyJrdHkiOiAiUlNBIiwgI)"
     R"(m4iOiAiNjdyOEN3TWtLS2plTUtzLV9wN091Zmx6OVJXN295cnhTazc0VkZIVlJjTklOcldrZFdYYlNQOFJXSC1HM)"
     R"(lhNUTM4T0w2WU5UOFpzY1E4TFp5Tlh6WEFKUHpZMzZjaWh2cng4cjJYb1k4eHNabTY0WFFWVHpab1RjcGdBM1NiU)"
     R"(VZfV2R6eEc0V213Zjg3RkpLa0VkNm5UMVk3MmI3RzZranZjQW9JZEQ2enFyZDhmbDNjd1VXd1dDWU4tajUwTjJfd)"
     R"(XBzMFdaLWxkMHNRQ2oxdmdlYlJkSXB0VG1OcGhqRjYyMU5WVzZoLWhVd3dUX0JmTWFLSGZzY2piZl9jTV8wdEExR)"
     R"(0FONDZIaEwzU2hrSzFmNW1rZTQxRFlFQV9kd2M5b0RXSzlQTDMwTVJwTmltcXVJRVdrYXhHaDFvd1c2bUZhSm4zW)"
     R"(WpZLU5ZdVhRZjJrTkFYZWF3IiwgImUiOiAiQVFBQiJ9fQ", "payload": "eyJ0ZXJtc09mU2VydmljZUFncmVl)"
     R"(ZCI6dHJ1ZX0", "signature": "R0RuMAa1lXYUhU3CNxsZVr1TUslKSLpbMKSM_AnTNcyIs3hTExBUnl5w7UId)"
     R"(6COydjPm3D668aqjxQiwdWHMn_1uOgce1LCxjlLRGqpzmC3tiUpXc6mIItlzbxtsornKgh5fL-fPcSBytTGE4F7h)"
     R"(mBlCQZC1K50gZhw6BvhJaD6-BmDRpt7iOG14EZZM6qVn1OrgEwPpqE9tnIPBlgS-GcVyBZ1vo8f8fL8fDPftRO0K)"
     R"(W5iKWbo5c4eS5Oiyw1X0gYUhthT62oA0Az26zTdkfz-L7B3WXuWc9Mj90KJ2IVRcPA99mahZinukhTfx1FMGSr8v)"
     R"(SVkkFpo-YVGhHrf5Jg"})"},
    {"PS256", "4WrRbOlmm0Su0G11ul5dt9_NkE91YYotITWwNnr1A18",
     R"({"protected": "eyJhbGciOiAiUFMyNTYiLCAibm9uY2UiOiAib0Z2bmxGUDF3SWhSbFlTMmpUYVhiQSIsICJ1c)"
     R"(mwiOiAiaHR0cHM6Ly9jYS5leGFtcGxlL2FjbWUvbmV3LWFjY291bnQiLCAiandrIjogeyJrdHkiOiAiUlNBIiwgI)"
     R"(m4iOiAiNjdyOEN3TWtLS2plTUtzLV9wN091Zmx6OVJXN295cnhTazc0VkZIVlJjTklOcldrZFdYYlNQOFJXSC1HM)"
     R"(lhNUTM4T0w2WU5UOFpzY1E4TFp5Tlh6WEFKUHpZMzZjaWh2cng4cjJYb1k4eHNabTY0WFFWVHpab1RjcGdBM1NiU)"
     R"(VZfV2R6eEc0V213Zjg3RkpLa0VkNm5UMVk3MmI3RzZranZjQW9JZEQ2enFyZDhmbDNjd1VXd1dDWU4tajUwTjJfd)"
     R"(XBzMFdaLWxkMHNRQ2oxdmdlYlJkSXB0VG1OcGhqRjYyMU5WVzZoLWhVd3dUX0JmTWFLSGZzY2piZl9jTV8wdEExR)"
     R"(0FONDZIaEwzU2hrSzFmNW1rZTQxRFlFQV9kd2M5b0RXSzlQTDMwTVJwTmltcXVJRVdrYXhHaDFvd1c2bUZhSm4zW)"
     R"(WpZLU5ZdVhRZjJrTkFYZWF3IiwgImUiOiAiQVFBQiJ9fQ", "payload": "eyJ0ZXJtc09mU2VydmljZUFncmVl)"
     R"(ZCI6dHJ1ZX0", "signature": "K5DErh64QQcU98bA4bwstWxwjQT9bUA2kiTsRC0Od4lfSTPR3CJ9TJ871qEr)"
     R"(NszbKpX4qkaXv0NbgoEkoc6U084256U27kADBN_RwTnHC2E8TwDaUE4VVvGpJHQ0803vmUNMIY6sVmWa1wXrvo84)"
     R"(jxW_ue1C7R_5wGy3GdhMEDaWmzCew5cUdq4OH2PoaHnc-Sp6tJUgyvFix0O0z6jroqBgfFCvTebGXpihrSShaK7p)"
     R"(_BHCp0KkxAleME91xynMz6BoW6oyglEyyrvLo2efTnwM31_mmzIF-FxcqY72wcREEh-oifkN1r2Vm8kVEHZWmIU4)"
     R"(G736Ge3QzZtrtKvoYA"})"},
    {"EdDSA", "mQfv4FRkLkQsKX0yO2AdNXWfCUN9IkfaDwREu1qA-IU",
     R"({"protected": "eyJhbGciOiAiRWREU0EiLCAibm9uY2UiOiAib0Z2bmxGUDF3SWhSbFlTMmpUYVhiQSIsICJ1c)"
     R"(mwiOiAiaHR0cHM6Ly9jYS5leGFtcGxlL2FjbWUvbmV3LWFjY291bnQiLCAiandrIjogeyJrdHkiOiAiT0tQIiwgI)"
     R"(mNydiI6ICJFZDI1NTE5IiwgIngiOiAiQXBuZmw2bkJjODdOYmxreTZSamJyX2NvU2dlNGNsbjgxU3VNRUpKUkVkR)"
     R"(SJ9fQ", "payload": "eyJ0ZXJtc09mU2VydmljZUFncmVlZCI6dHJ1ZX0", "signature": "gEYKdQEIhrBt)"
     R"(C2Fc-mGo3AQUhMocRLxZ6wmUuyru4Qk3kHbYvuFSZN_MUvcnBBu5LcVQxfdnet9JsuWEDoz0Bw"})"},
};

}  // namespace core::acme
