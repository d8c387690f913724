using Kith.Node;

namespace Kith.Library.Harness;

/// <summary>
/// Two nodes of one network, in this process:
/// <code>nas (admin) ── laptop (member)</code>
/// </summary>
public sealed class NodePair : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    public KithNode Nas { get; private set; } = null!;

    public KithNode Laptop { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Nas = await TestNodes.StartAsync(_folder, "nas");
        KithInvite invite = await Nas.CreateInviteAsync();
        Laptop = await TestNodes.StartAsync(_folder, "laptop", invite.Text, Nas);
    }

    public async ValueTask DisposeAsync()
    {
        await Laptop.DisposeAsync();
        await Nas.DisposeAsync();
        _folder.Dispose();
    }
}
