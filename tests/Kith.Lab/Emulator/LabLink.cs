using Kith.Lab.Harness;

namespace Kith.Lab.Emulator;

/// <summary>A cable with trouble: between two hosts, or between a host and a switch.</summary>
internal sealed class LabLink : IDisposable
{
    private readonly LinkEmulator _emulator;

    internal LabLink(LabInterface near, LabInterface? far, LinkEmulator emulator)
    {
        Near = near;
        Far = far;
        _emulator = emulator;
    }

    /// <summary>The interface of the first host.</summary>
    public LabInterface Near { get; }

    /// <summary>The interface of the second host; null if the other end is a switch.</summary>
    public LabInterface? Far { get; }

    /// <summary>Sets the conditions of both directions.</summary>
    public LinkConditions Conditions
    {
        set
        {
            _emulator.Forward = value;
            _emulator.Backward = value;
        }
    }

    /// <summary>Conditions from the first host to the other end.</summary>
    public LinkConditions FromNear
    {
        get => _emulator.Forward;
        set => _emulator.Forward = value;
    }

    /// <summary>Conditions from the other end to the first host.</summary>
    public LinkConditions ToNear
    {
        get => _emulator.Backward;
        set => _emulator.Backward = value;
    }

    /// <summary>Counts of frames, for a failure's message.</summary>
    public override string ToString() => _emulator.ToString();

    public void Dispose() => _emulator.Dispose();
}
