using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;

namespace Kith.Node.Tcp;

/// <summary>
/// The certificate of a node's TLS port: a P-256 key made at every start, and in an extension the node's Ed25519 signature over that key. Whoever knows
/// the node's id can check it; to anybody else it does not say whose it is. Nothing else of a certificate is looked at: no names, no dates, no authority.
/// </summary>
internal static class TcpCertificate
{
    /// <summary>Names the extension. From the arc of random numbers (ITU-T X.667), so nobody had to be asked for it.</summary>
    public const string ProofOid = "2.25.216377924610872936148225190342717593651";

    /// <summary>The extension's value: a DER octet string with the signature.</summary>
    public const int ProofBytes = 2 + Ed25519.SignatureBytes;

    private const byte OctetString = 0x04;

    // No well-defined end (RFC 5280 section 4.1.2.5). Clocks of members may be anything, so dates must not matter.
    private static readonly DateTimeOffset s_from = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_until = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>What the signature begins with, so that no other signature of the same key can be taken for one of these.</summary>
    private static ReadOnlySpan<byte> SignaturePrefix => "kith tcp 1\0"u8;

    /// <summary>Makes one; the caller disposes it.</summary>
    public static X509Certificate2 Create(NodeKey key)
    {
        using ECDsa tlsKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", tlsKey, HashAlgorithmName.SHA256);
        byte[] proof = new byte[ProofBytes];
        proof[0] = OctetString;
        proof[1] = Ed25519.SignatureBytes;
        key.Sign(Message(tlsKey.ExportSubjectPublicKeyInfo()), proof.AsSpan(2));
        request.CertificateExtensions.Add(new X509Extension(ProofOid, proof, critical: false));
        return request.CreateSelfSigned(s_from, s_until);
    }

    /// <summary>Whether a certificate is the node's.</summary>
    public static bool IsOf(NodeId node, X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            return false;
        }

        foreach (X509Extension extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == ProofOid)
            {
                return TryReadProof(extension.RawData, out ReadOnlySpan<byte> signature)
                    && Ed25519.Verify(node.ToArray(), Message(certificate.PublicKey.ExportSubjectPublicKeyInfo()), signature);
            }
        }

        return false;
    }

    /// <summary>Reads the extension's value; false if it is not exactly one signature.</summary>
    public static bool TryReadProof(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> signature)
    {
        bool isProof = value.Length == ProofBytes && value[0] == OctetString && value[1] == Ed25519.SignatureBytes;
        signature = isProof ? value[2..] : default;
        return isProof;
    }

    private static byte[] Message(byte[] publicKeyInfo) => [.. SignaturePrefix, .. publicKeyInfo];
}
