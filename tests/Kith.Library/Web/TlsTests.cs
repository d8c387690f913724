using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kith.Library.Harness;
using Kith.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Kith.Library.Web;

public class TlsTests(NodePair pair) : IClassFixture<NodePair>
{
    [Fact]
    public async Task tls_runs_inside_and_chooses_http_2()
    {
        using ECDsa key = ECDsa.Create();
        CertificateRequest wanted = new("CN=nas.home.kith", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = wanted.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), password: null);
        await using WebApplication server = await WebServer.StartAsync(
            pair.Nas,
            8443 + 1,
            builder => builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ListenKith(8443, listen => listen.UseHttps(certificate))),
            application => application.MapGet("/", (HttpContext context) => $"{context.Request.Scheme} {context.Request.Protocol} {context.GetKithPeer()!.Name}"));
        using SocketsHttpHandler handler = pair.Laptop.CreateHttpHandler();
        handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, theirs, _, _) => theirs!.GetCertHashString() == certificate.GetCertHashString() };
        using HttpClient client = new(handler) { DefaultRequestVersion = new Version(2, 0) };
        Assert.Equal("https HTTP/2 laptop", await client.GetStringAsync(new Uri("https://nas.home.kith:8443/"), TestContext.Current.CancellationToken));
    }
}
