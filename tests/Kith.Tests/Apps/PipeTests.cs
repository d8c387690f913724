using System.Text;
using Kith.Apps.Piping;
using Kith.Node.Control;

namespace Kith.Tests.Apps;

public sealed class PipeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void generated_names_are_proquints_of_48_bits_and_valid()
    {
        // The examples of the proposal: 127.0.0.1 and 63.84.220.193.
        Assert.Equal("lusab", PipeName.Proquint(0x7F00));
        Assert.Equal("babad", PipeName.Proquint(0x0001));
        Assert.Equal("gutih", PipeName.Proquint(0x3F54));
        Assert.Equal("tugad", PipeName.Proquint(0xDCC1));
        string name = PipeName.Generate();
        Assert.Equal(17, name.Length);
        Assert.True(PipeName.IsValid(name));
        Assert.NotEqual(name, PipeName.Generate());
    }

    [Theory]
    [InlineData("photos", true)]
    [InlineData("my photos", true)]
    [InlineData("", false)]
    [InlineData(" x", false)]
    [InlineData("a\nb", false)]
    public void names_are_visible(string name, bool isValid) => Assert.Equal(isValid, PipeName.IsValid(name));

    [Fact]
    public void names_have_a_maximum()
    {
        Assert.True(PipeName.IsValid(new string('a', PipeName.BytesMax)));
        Assert.False(PipeName.IsValid(new string('a', PipeName.BytesMax + 1)));
    }

    [Fact]
    public void what_the_names_become_is_as_the_document_says()
    {
        Assert.Equal("pipe/9e1498e5c77636792bd1ec3c022ca461093a576b", PipeName.ToProtocol("photos"));
        Assert.Equal("79ba5c81409b0f963fbc4b88b6250ccec4383395314f83afeee11feafcbd478c", Convert.ToHexStringLower(PipeName.ToKey("photos")));
        Assert.True(PipeName.ToProtocolFor(MemoryNetwork.NetworkId).Length <= 64);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    public async Task whoever_starts_first_the_two_meet(string first, string second)
    {
        MemoryNetwork network = new("a", "b");
        Task<PipeSummary> one = RunAsync(network[first], "photos", null, "from the first", out MemoryEnd firstUser);
        Task<PipeSummary> other = RunAsync(network[second], "photos", null, "from the second", out MemoryEnd secondUser);
        Assert.Equal("from the second", await TextAsync(firstUser));
        Assert.Equal("from the first", await TextAsync(secondUser));
        Assert.Equal((PipeEnding.Complete, $"{second}.home", 14, 15), Facts(await one));
        Assert.Equal((PipeEnding.Complete, $"{first}.home", 15, 14), Facts(await other));
        Assert.Empty(network[first].Listening);
    }

    [Fact]
    public async Task two_devices_meet_without_a_name_and_a_third_is_none_of_it()
    {
        MemoryNetwork network = new("a", "b", "c");
        Task<PipeSummary> waiting = RunAsync(network["a"], null, "b", "x", out MemoryEnd user);
        Task<PipeSummary> stranger = RunAsync(network["c"], null, "a", "y", out _);
        Task<PipeSummary> other = RunAsync(network["b"], null, "a", "z", out _);
        Assert.Equal("z", await TextAsync(user));
        Assert.Equal(PipeEnding.Complete, (await waiting).Ending);
        Assert.Equal(PipeEnding.Complete, (await other).Ending);
        Assert.False(stranger.IsCompleted);
    }

    [Theory]
    [InlineData("a", "b", "c")]
    [InlineData("a", "c", "b")]
    [InlineData("b", "c", "a")]
    public async Task a_third_one_is_told_that_the_pipe_is_taken(string first, string second, string third)
    {
        MemoryNetwork network = new("a", "b", "c");
        (MemoryEnd keptOpen, MemoryEnd local) = MemoryEnd.Pair();
        TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<PipeSummary> one = PipeRunner.RunAsync(network[first].Refresh(), network[first], new PipeOptions("x", null), local, false, _ => met.SetResult(), Token);
        Task<PipeSummary> other = RunAsync(network[second], "x", null, "y", out _);
        await met.Task.WaitAsync(Token);
        ControlException failure = await Assert.ThrowsAsync<ControlException>(() => RunAsync(network[third], "x", null, "z", out _));
        Assert.Equal(ControlError.PipeTaken, failure.Error);
        await keptOpen.CompleteWritesAsync(Token);
        Assert.Equal(PipeEnding.Complete, (await one).Ending);
        Assert.Equal(PipeEnding.Complete, (await other).Ending);
    }

    [Fact]
    public async Task of_three_that_start_at_once_two_meet_and_one_is_refused()
    {
        for (int round = 0; round < 20; round++)
        {
            MemoryNetwork network = new("a", "b", "c");
            List<(Task<PipeSummary> Run, MemoryEnd User)> ends = [];
            foreach (string name in (string[])["a", "b", "c"])
            {
                (MemoryEnd user, MemoryEnd local) = MemoryEnd.Pair();
                ends.Add((Task.Run(() => PipeRunner.RunAsync(network[name].Refresh(), network[name], new PipeOptions("x", null), local, false, _ => { }, Token), Token), user));
            }

            Task<PipeSummary> refused = await Task.WhenAny(ends.Select(static end => end.Run));
            Assert.Equal(ControlError.PipeTaken, (await Assert.ThrowsAsync<ControlException>(() => refused)).Error);
            foreach ((Task<PipeSummary> run, MemoryEnd user) in ends.Where(end => end.Run != refused))
            {
                await user.CompleteWritesAsync(Token);
            }

            PipeSummary[] met = await Task.WhenAll(ends.Where(end => end.Run != refused).Select(static end => end.Run));
            Assert.All(met, static summary => Assert.Equal(PipeEnding.Complete, summary.Ending));
        }
    }

    [Fact]
    public async Task a_second_end_on_the_same_device_is_refused()
    {
        MemoryNetwork network = new("a", "b");
        _ = RunAsync(network["a"], "x", null, "", out _);
        Assert.Equal(ControlError.PortInUse, (await Assert.ThrowsAsync<ControlException>(() => RunAsync(network["a"], "x", null, "", out _))).Error);
        Assert.Equal(ControlError.UnknownDevice, (await Assert.ThrowsAsync<ControlException>(() => RunAsync(network["a"], "y", "a", "", out _))).Error);
        Assert.Equal(ControlError.UnknownDevice, (await Assert.ThrowsAsync<ControlException>(() => RunAsync(network["a"], "y", "nobody", "", out _))).Error);
    }

    [Fact]
    public async Task who_does_not_know_the_name_is_not_met()
    {
        byte[] right = PipeName.ToKey("right");
        using PipeMeeting caller = new("a", right);
        using PipeMeeting called = new("b", PipeName.ToKey("wrong"));
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        Task<PipeMeetingResult> answer = called.AnswerAsync(far, "a", Token);
        Assert.Equal(PipeMeetingResult.Nothing, await caller.CallAsync(near, "b", Token));
        await near.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => answer);
        Assert.False(caller.IsTaken || called.IsTaken);

        // The other way round: the caller cannot prove it.
        using PipeMeeting waiting = new("b", right);
        (near, far) = MemoryEnd.Pair();
        answer = waiting.AnswerAsync(far, "a", Token);
        await near.WriteAsync((byte[])[(byte)'O', .. new byte[PipeProof.NonceBytes]], Token);
        await near.ReadExactlyAsync(1 + PipeProof.NonceBytes + PipeProof.Bytes, Token);
        await near.WriteAsync((byte[])[.. new byte[PipeProof.Bytes], (byte)'G'], Token);
        Assert.Equal(PipeMeetingResult.Nothing, await answer);
        Assert.False(waiting.IsTaken);
    }

    [Fact]
    public void the_proofs_are_as_the_document_says()
    {
        byte[] key = PipeName.ToKey("photos");
        byte[] caller = [.. Enumerable.Repeat((byte)1, 16)];
        byte[] called = [.. Enumerable.Repeat((byte)2, 16)];
        Assert.Equal("1064d811a82f29f8f654010cf299c5bd1b3b4791ea13f1a67aaa5cd842ac439b", Convert.ToHexStringLower(PipeProof.OfCalled(key, "a", "b", caller, called)));
        Assert.Equal("011f004fd8bf43e0ae4c97a9e851d20ec787c24e83c9f0e326be0f1d22820d73", Convert.ToHexStringLower(PipeProof.OfCaller(key, "a", "b", caller, called)));
    }

    private static (PipeEnding, string, long, long) Facts(PipeSummary summary) => (summary.Ending, summary.Device, summary.SentBytes, summary.ReceivedBytes);

    private static async Task<string> TextAsync(MemoryEnd user) => Encoding.ASCII.GetString(await user.ReadAllAsync(Token));

    private static Task<PipeSummary> RunAsync(MemoryNetwork.Device device, string? name, string? to, string input, out MemoryEnd user)
    {
        (user, MemoryEnd local) = MemoryEnd.Pair();
        Assert.True(user.WriteAsync(Encoding.ASCII.GetBytes(input), Token).AsTask().IsCompleted);
        Assert.True(user.CompleteWritesAsync(Token).AsTask().IsCompleted);
        return PipeRunner.RunAsync(device.Refresh(), device, new PipeOptions(name, to), local, false, _ => { }, Token);
    }
}
