using System.Text;
using Kith.Apps.Running;
using Kith.Apps.Targets;
using Kith.Fuzz.Coverage;

namespace Kith.Fuzz.Targets;

/// <summary>The input is text that a user gives: DEVICE:PORT, and the words of kith ssh.</summary>
[Covers(typeof(Apps.Targets.DeviceTarget), typeof(Apps.Running.SshArguments))]
internal sealed class DeviceTargetTarget : IFuzzTarget
{
    public string Name => "device-target";

    public IEnumerable<byte[]> Corpus => [.. new[] { "nas:80", "nas.home.kith:web", "[fd00::1]:22", "100.64.0.1:1" }.Select(FuzzText.Bytes)];

    public IEnumerable<byte[]> Dictionary => [.. new[] { "ssh://", "@", "-p", "--", " ", "65535", "[", "]" }.Select(FuzzText.Bytes)];

    public bool Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.Latin1.GetString(input);
        if (SshArguments.TryParse(text.Split(' '), out SshArguments? ssh))
        {
            Oracle.True(ssh.Device.Length > 0 && ssh.Device[0] != '-', "an option was taken for a device");
        }

        if (!DeviceTarget.TryParse(text, out DeviceTarget? target))
        {
            return false;
        }

        Oracle.True(DeviceTarget.TryParse(target.ToString(), out DeviceTarget? again) && again == target, "its own text is read differently");
        return true;
    }
}
