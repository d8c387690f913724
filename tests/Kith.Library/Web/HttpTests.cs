using System.Net;
using System.Security.Claims;
using Kith.Library.Harness;
using Kith.Node;
using Kith.Node.Control;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Kith.Library.Web;

public class HttpTests(NodePair pair) : IClassFixture<NodePair>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1", "http://nas.home.kith:8080/who")]
    [InlineData("1.1", "http://nas:8080/who")]
    [InlineData("2.0", "http://nas.home.kith:8080/who")]
    public async Task a_page_is_served_to_a_member_whose_name_and_key_the_server_knows(string version, string address)
    {
        await using WebApplication server = await WebServer.StartAsync(
            pair.Nas,
            8080,
            null,
            application => application.MapGet("/who", (HttpContext context) =>
                $"{context.Request.Protocol} {context.GetKithPeer()!.Id} {context.User.Identity!.Name} {context.User.FindFirstValue(KithClaims.NetworkName)} {context.Connection.RemoteIpAddress}"));
        using HttpClient client = pair.Laptop.CreateHttpClient();
        using HttpRequestMessage request = new(HttpMethod.Get, address) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation).WaitAsync(TestNodes.Patience, Cancellation);
        string protocol = version == "2.0" ? "HTTP/2" : "HTTP/1.1";
        KithMember laptop = pair.Nas.Members.Single(member => member.Id == pair.Laptop.Id);
        Assert.Equal($"{protocol} {pair.Laptop.Id} laptop home {laptop.Addresses[0]}", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task roles_of_the_network_are_roles_of_the_application()
    {
        static void Map(WebApplication application)
        {
            application.MapGet("/members", () => "all").RequireAuthorization();
            application.MapGet("/admins", () => "few").RequireAuthorization(policy => policy.RequireRole(KithClaims.AdminRole));
        }

        await using WebApplication nas = await WebServer.StartAsync(pair.Nas, 8082, null, Map);
        await using WebApplication laptop = await WebServer.StartAsync(pair.Laptop, 8082, null, Map);
        using HttpClient atLaptop = pair.Laptop.CreateHttpClient(new Uri("http://nas.home.kith:8082/"));
        using HttpClient atNas = pair.Nas.CreateHttpClient(new Uri("http://laptop.home.kith:8082/"));
        Assert.Equal("all", await atLaptop.GetStringAsync("members", Cancellation));
        Assert.Equal(HttpStatusCode.Forbidden, (await atLaptop.GetAsync("admins", Cancellation)).StatusCode);
        Assert.Equal("few", await atNas.GetStringAsync("admins", Cancellation));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task large_bodies_arrive_as_they_were(string version)
    {
        await using WebApplication server = await WebServer.StartAsync(pair.Nas, 8083, null, application => application.MapPost("/back", async (HttpContext context) =>
        {
            using MemoryStream all = new();
            await context.Request.Body.CopyToAsync(all);
            await context.Response.Body.WriteAsync(all.GetBuffer().AsMemory(0, (int)all.Length));
        }));
        using HttpClient client = pair.Laptop.CreateHttpClient();
        byte[] body = new byte[8 << 20];
        Random.Shared.NextBytes(body);
        using HttpRequestMessage request = new(HttpMethod.Post, "http://nas:8083/back")
        {
            Content = new ByteArrayContent(body),
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation).WaitAsync(TestNodes.Patience, Cancellation);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task a_caller_who_goes_away_is_noticed_while_the_request_is_served()
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication server = await WebServer.StartAsync(pair.Nas, 8084, null, application => application.MapGet("/slow", async (HttpContext context) =>
        {
            using CancellationTokenRegistration gone = context.RequestAborted.Register(aborted.SetResult);
            begun.SetResult();
            await aborted.Task;
        }));
        using HttpClient client = pair.Laptop.CreateHttpClient();
        using CancellationTokenSource impatient = new();
        Task<string> answer = client.GetStringAsync(new Uri("http://nas:8084/slow"), impatient.Token);
        await begun.Task.WaitAsync(TestNodes.Patience, Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await aborted.Task.WaitAsync(TestNodes.Patience, Cancellation);
    }

    [Fact]
    public async Task what_cannot_be_reached_is_told_as_other_handlers_tell_it()
    {
        using HttpClient client = pair.Laptop.CreateHttpClient();
        HttpRequestException nobody = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://printer.home.kith/"), Cancellation));
        Assert.Equal((HttpRequestError.ConnectionError, ControlError.UnknownDevice), (nobody.HttpRequestError, ((ControlException)nobody.InnerException!).Error));
        HttpRequestException closed = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("http://nas.home.kith:81/"), Cancellation));
        Assert.Equal((HttpRequestError.ConnectionError, ControlError.PortRefused), (closed.HttpRequestError, ((ControlException)closed.InnerException!).Error));
    }

    [Fact]
    public async Task a_taken_port_is_told_as_kestrel_tells_it()
    {
        await using KithListener taken = pair.Nas.Listen(8085);
        await Assert.ThrowsAsync<IOException>(() => WebServer.StartAsync(pair.Nas, 8085, null, _ => { }));
    }
}
