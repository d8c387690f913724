using System.Diagnostics;
using Kith.Node.Control;

namespace Kith.Tests.Cli;

public sealed class ProcessEndTests
{
    [Fact]
    public async Task a_process_is_there_until_it_has_ended()
    {
        using Process sleeper = Process.Start("sleep", "1000");
        Assert.True(ProcessEnd.IsThere(sleeper.Id));
        Assert.False(await ProcessEnd.WaitAsync(sleeper.Id, TimeSpan.Zero, TestContext.Current.CancellationToken));
        sleeper.Kill();
        Assert.True(await ProcessEnd.WaitAsync(sleeper.Id, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.False(ProcessEnd.IsThere(sleeper.Id));
    }
}
