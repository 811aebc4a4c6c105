/** Public key of a pair made for the tests: `gpg --quick-generate-key 'shop backups' future-default default never`. Nobody has the private one. */
export const PUBLIC_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawQ82RYJKwYBBAHaRw8BAQdA8xsXtOv+Kd9AzjbCpbJtRoffDFbaCzZhhfET
2uIuUXi0DHNob3AgYmFja3Vwc4iQBBMWCAA4FiEEFuNuZA1zYAd9Ir/y6M4mk1zw
YpoFAmsEPNkCGwMFCwkIBwIGFQoJCAsCBBYCAwECHgECF4AACgkQ6M4mk1zwYprm
ngEAka7bFfMYzNNhsgRzac+DThgT00Lp5ljz/2Tara8GPUUA/jDglzSRBSxVjLfC
psgn6O7tFc+gpznsVHgjlRid7uYEuDgEawQ82RIKKwYBBAGXVQEFAQEHQFYzI8fz
0ZGqY7bEKAFodNl2XWFX8p8FapnRE8lNGpFLAwEIB4h4BBgWCAAgFiEEFuNuZA1z
YAd9Ir/y6M4mk1zwYpoFAmsEPNkCGwwACgkQ6M4mk1zwYpqKYAEA1OYFD/o1peOn
8nv5EljhMUth8j31BjVpx02mAcIEckMBALbiYzEf8MT25HpC+Yr2AZuB5ZnQava/
wvNTcYWtJL8K
=aZM7
-----END PGP PUBLIC KEY BLOCK-----
`;
