using Kith.Node.Control;
using Kith.Node.Storage;
using Kith.Tunnel;

namespace Kith.Tests.Cli;

public sealed class FailureTranslationTests
{
    private const int NoSpaceLeft = 28;

    public static TheoryData<Exception, ControlError, string> Failures => new()
    {
        { new PortInUseException(5484), ControlError.PortInUse, "5484" },
        { new TunUnavailableException(TunUnavailableReason.NoPermission, "x"), ControlError.TunNotPermitted, "CAP_NET_ADMIN" },
        { new TunUnavailableException(TunUnavailableReason.NoDevice, "x"), ControlError.TunUnavailable, "/dev/net/tun" },
        { new TunUnavailableException(TunUnavailableReason.NameInUse, "eth0 is in use"), ControlError.TunUnavailable, "eth0 is in use" },
        { new TunUnavailableException(TunUnavailableReason.InvalidName, "no name"), ControlError.Usage, "no name" },
        { new TunUnavailableException(TunUnavailableReason.Unsupported, "no device here"), ControlError.TunUnavailable, "no device here" },
        { new StateInUseException("/state"), ControlError.StateInUse, "/state" },
        { new StateNotWritableException("/state", "denied", new UnauthorizedAccessException("Access denied.")), ControlError.StateNotWritable, "/state: Access denied." },
        { new StateNotWritableException("/state", "full", new IOException("No space left", NoSpaceLeft)), ControlError.StateFull, "/state" },
        { new StateDamagedException("/state/node.key", "its checksum is wrong"), ControlError.StateDamaged, "/state/node.key" },
        { new IOException("No space left", NoSpaceLeft), ControlError.StateFull, "disk is full" },
        { new ControlException(ControlError.NameTaken, "taken"), ControlError.NameTaken, "taken" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void every_failure_of_a_part_has_a_code_and_words(Exception exception, ControlError error, string words)
    {
        Assert.True(FailureTranslation.TryTranslate(exception, out ControlException? failure));
        Assert.Equal(error, failure.Error);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message + failure.Advice);
    }

    [Fact]
    public void a_fault_stays_a_fault()
    {
        Assert.False(FailureTranslation.TryTranslate(new InvalidOperationException(), out _));
        Assert.False(FailureTranslation.TryTranslate(new IOException("broken pipe", 32), out _));
    }
}
