namespace Kith.Apps.Sending;

/// <summary>The numbers of a transfer: how far it is while it runs, what became of it at the end.</summary>
/// <param name="Files">Files and links in all.</param>
/// <param name="Bytes">Their length together.</param>
/// <param name="FilesDone">Those whose outcome is known.</param>
/// <param name="BytesDone">Bytes that were carried, or need not be.</param>
/// <param name="Received">Files that are there now.</param>
/// <param name="Identical">Files that were there already.</param>
/// <param name="Kept">Files in whose place the receiver kept another.</param>
/// <param name="Failed">Files that are not there.</param>
/// <param name="LeftOut">What is never sent.</param>
/// <param name="BytesCarried">Bytes of content that went over the link.</param>
/// <param name="Seconds">Since it began.</param>
public sealed record TransferTotals(
    long Files,
    long Bytes,
    long FilesDone,
    long BytesDone,
    long Received,
    long Identical,
    long Kept,
    long Failed,
    long LeftOut,
    long BytesCarried,
    double Seconds)
{
    /// <summary>Whether everything that was to be sent is at the receiver.</summary>
    public bool IsComplete => Kept == 0 && Failed == 0;
}
