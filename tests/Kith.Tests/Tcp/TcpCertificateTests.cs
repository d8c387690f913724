using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kith.Node.Tcp;
using Kith.Protocol.Identity;
using Kith.Tests.Core;

namespace Kith.Tests.Tcp;

/// <summary>The certificate of a node's TLS port, and the path at which there is something.</summary>
public sealed class TcpCertificateTests
{
    private readonly NodeKey _anna = NodeKey.Generate(new TestRandom(1));
    private readonly NodeKey _mole = NodeKey.Generate(new TestRandom(2));

    [Fact]
    public void a_certificate_is_its_nodes_and_nobody_elses()
    {
        using X509Certificate2 certificate = TcpCertificate.Create(_anna);
        Assert.True(certificate.HasPrivateKey);
        Assert.True(TcpCertificate.IsOf(_anna.Id, certificate));
        Assert.False(TcpCertificate.IsOf(_mole.Id, certificate));
        Assert.False(TcpCertificate.IsOf(_anna.Id, null));
    }

    [Fact]
    public void it_does_not_say_whose_it_is()
    {
        using X509Certificate2 certificate = TcpCertificate.Create(_anna);
        Assert.Equal(-1, certificate.RawData.AsSpan().IndexOf(_anna.Id.ToArray().AsSpan()));
        Assert.Equal("CN=localhost", certificate.Subject);
    }

    [Fact]
    public void another_key_with_the_same_proof_is_refused()
    {
        using X509Certificate2 certificate = TcpCertificate.Create(_anna);
        X509Extension proof = certificate.Extensions.Single(extension => extension.Oid?.Value == TcpCertificate.ProofOid);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", other, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(proof);
        using X509Certificate2 stolen = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        Assert.False(TcpCertificate.IsOf(_anna.Id, stolen));
    }

    [Fact]
    public void a_proof_with_any_bit_turned_or_byte_missing_is_refused()
    {
        using X509Certificate2 certificate = TcpCertificate.Create(_anna);
        byte[] proof = certificate.Extensions.Single(extension => extension.Oid?.Value == TcpCertificate.ProofOid).RawData;
        Assert.Equal(TcpCertificate.ProofBytes, proof.Length);
        for (int length = 0; length < proof.Length; length++)
        {
            Assert.False(TcpCertificate.TryReadProof(proof.AsSpan(0, length), out _));
        }

        Assert.False(TcpCertificate.TryReadProof([.. proof, 0], out _));
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        for (int bit = 0; bit < 8 * proof.Length; bit += 7)
        {
            byte[] wrong = [.. proof];
            wrong[bit / 8] ^= (byte)(1 << (bit % 8));
            CertificateRequest request = new(new X500DistinguishedName("CN=localhost"), certificate.PublicKey, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509Extension(TcpCertificate.ProofOid, wrong, critical: false));
            using X509Certificate2 bent = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(other), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1), [1]);
            Assert.False(TcpCertificate.IsOf(_anna.Id, bent));
        }
    }

    [Fact]
    public void the_path_follows_from_the_node_id()
    {
        Assert.Equal("/x66wwqm66z7j7m5u95jkoy77y1", TcpPath.Of(new NodeId(new byte[32])));
        Assert.Equal("/tjx3r4fbrc537jo9omtrbk8hno", TcpPath.Of(new NodeId(Convert.FromHexString("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"))));
        Assert.NotEqual(TcpPath.Of(_anna.Id), TcpPath.Of(_mole.Id));
        Assert.Equal(1 + TcpPath.Length, TcpPath.Of(_anna.Id).Length);
        Assert.True(TcpPath.Is(TcpPath.Of(_anna.Id), TcpPath.Of(_anna.Id)));
        Assert.False(TcpPath.Is(TcpPath.Of(_anna.Id), TcpPath.Of(_mole.Id)));
        Assert.False(TcpPath.Is(TcpPath.Of(_anna.Id), "/"));
        Assert.False(TcpPath.Is(TcpPath.Of(_anna.Id), null));
    }
}
