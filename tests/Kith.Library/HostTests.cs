using Kith.Library.Harness;
using Kith.Node;
using Kith.Node.Control;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Kith.Library;

public class HostTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_node_starts_and_stops_with_its_application()
    {
        using TestFolder folder = new();
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Kith:StateDirectory"] = folder.At("nas"),
            ["Kith:DeviceName"] = "nas",
            ["Kith:UseDht"] = "false",
            ["Kith:StunServers"] = string.Empty,
            ["Kith:PortMapping"] = "None",
        });
        builder.Services.AddKith(builder.Configuration.GetSection("Kith"), options => options with { NetworkName = "club" });
        builder.Services.AddHostedService<EarlyUser>();
        KithNode node;
        using (IHost host = builder.Build())
        {
            Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<KithNode>());
            await host.StartAsync(Cancellation);
            node = host.Services.GetRequiredService<KithNode>();
            Assert.Equal("nas.club.kith", Assert.Single(node.Members).HostName);
            Assert.Same(node, await host.Services.GetRequiredService<KithNodeSource>().GetAsync(Cancellation));
            Assert.Equal(81, (await host.Services.GetServices<IHostedService>().OfType<EarlyUser>().Single().Listener.WaitAsync(TestNodes.Patience, Cancellation)).Port);
            await host.StopAsync(Cancellation);
            Assert.True(node.Completion.IsCompletedSuccessfully);
        }
    }

    [Fact]
    public async Task an_application_whose_node_cannot_start_does_not_start()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddKith(options => options with { StateDirectory = "/proc/nowhere" });
        using IHost host = builder.Build();
        await Assert.ThrowsAsync<ControlException>(() => host.StartAsync(Cancellation));
        await Assert.ThrowsAsync<ControlException>(() => host.Services.GetRequiredService<KithNodeSource>().GetAsync(Cancellation));
    }

    /// <summary>Made before the node has started.</summary>
    private sealed class EarlyUser(IKithTransport transport) : BackgroundService
    {
        private readonly TaskCompletionSource<KithListener> _listener = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<KithListener> Listener => _listener.Task;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken) => _listener.SetResult(await transport.ListenAsync(81, stoppingToken));
    }
}
