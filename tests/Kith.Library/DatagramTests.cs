using System.Text;
using Kith.Library.Harness;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Library;

public class DatagramTests(NodePair pair) : IClassFixture<NodePair>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task datagrams_go_to_a_name_and_back_to_whoever_sent_them()
    {
        await using KithUdpSocket server = pair.Nas.BindUdp(5300);
        await using KithUdpSocket client = pair.Laptop.BindUdp(0);
        byte[] buffer = new byte[KithUdpSocket.DatagramBytesMax];
        byte[] longest = new byte[KithUdpSocket.DatagramBytesMax];
        Random.Shared.NextBytes(longest);
        await client.SendToAsync(longest, "nas.home.kith", 5300, Cancellation);
        KithDatagram asked = await server.ReceiveFromAsync(buffer, Cancellation).AsTask().WaitAsync(TestNodes.Patience, Cancellation);
        Assert.Equal(longest, buffer[..asked.Bytes]);
        Assert.Equal((pair.Laptop.Id, "laptop", client.Port), (asked.Peer.Id, asked.Peer.Name, asked.Peer.Address.Port));

        await server.SendToAsync("yes"u8.ToArray(), asked.Peer, Cancellation);
        KithDatagram answered = await client.ReceiveFromAsync(buffer, Cancellation).AsTask().WaitAsync(TestNodes.Patience, Cancellation);
        Assert.Equal("yes", Encoding.UTF8.GetString(buffer, 0, answered.Bytes));
        Assert.Equal(5300, answered.Peer.Address.Port);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SendToAsync(new byte[KithUdpSocket.DatagramBytesMax + 1], asked.Peer, Cancellation).AsTask());
    }

    [Fact]
    public async Task what_nobody_takes_is_dropped_beyond_the_maximum_and_counted()
    {
        await using KithUdpSocket server = pair.Nas.BindUdp(5301);
        await using KithUdpSocket client = pair.Laptop.BindUdp(0);
        KithPeer nas = await client.FindAsync("nas", 5301, Cancellation);
        long began = Environment.TickCount64;
        while (server.Dropped == 0)
        {
            await client.SendToAsync(new byte[16], nas, Cancellation);
            Assert.True(Environment.TickCount64 - began < TestNodes.Patience.TotalMilliseconds, "nothing was ever dropped");
        }

        byte[] buffer = new byte[16];
        for (int i = 0; i < KithUdpSocket.DatagramsMax; i++)
        {
            Assert.Equal(16, (await server.ReceiveFromAsync(buffer, Cancellation)).Bytes);
        }
    }

    [Fact]
    public async Task a_port_is_bound_once_and_free_again_after_disposal()
    {
        KithUdpSocket first = pair.Nas.BindUdp(5302);
        Assert.Equal(ControlError.PortInUse, Assert.Throws<ControlException>(() => pair.Nas.BindUdp(5302)).Error);
        ValueTask<KithDatagram> waiting = first.ReceiveFromAsync(new byte[1], Cancellation);
        await first.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.AsTask());
        await using KithUdpSocket second = pair.Nas.BindUdp(5302);
        Assert.Equal(5302, second.Port);
    }

    [Fact]
    public async Task a_name_that_is_nobodys_is_refused()
    {
        await using KithUdpSocket client = pair.Laptop.BindUdp(0);
        ControlException refused = await Assert.ThrowsAsync<ControlException>(() => client.SendToAsync(new byte[1], "printer", 9, Cancellation).AsTask());
        Assert.Equal(ControlError.UnknownDevice, refused.Error);
    }
}
