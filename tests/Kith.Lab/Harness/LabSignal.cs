namespace Kith.Lab.Harness;

/// <summary>The signals that scenarios send, with Linux's numbers.</summary>
internal enum LabSignal
{
    HangUp = 1,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
