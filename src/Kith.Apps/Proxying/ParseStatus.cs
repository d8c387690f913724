namespace Kith.Apps.Proxying;

/// <summary>What came of reading a message out of the bytes there are.</summary>
internal enum ParseStatus
{
    /// <summary>It is whole.</summary>
    Done,

    /// <summary>So far it is right, and more must come.</summary>
    Incomplete,

    /// <summary>It can never become right.</summary>
    Invalid,
}
