using System.Globalization;
using Kith.Apps.Sending;
using Kith.Apps.Sending.Incoming;
using Kith.Cli.Output;

namespace Kith.Cli.Commands;

/// <summary>Asks whoever sits at the terminal, one question at a time. An answer that is none, and an end of the input, mean no.</summary>
internal sealed class TerminalQuestions(TransferScreen screen, TextReader input) : IReceiveQuestions, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private Task<string?>? _reading;

    /// <inheritdoc/>
    public async Task<bool> AcceptAsync(IncomingOffer offer, CancellationToken cancellationToken)
    {
        string what = offer.Roots > 1 ? $"{offer.First} and {offer.Roots - 1} more" : offer.First;
        string answer = await AskAsync(
            $"{Printable.Of(offer.From.Name)}.{Printable.Of(offer.From.NetworkName)} would like to send {what}: {TransferText.Amount(offer.Files, offer.Bytes)}. Take it? [y/N] ",
            cancellationToken).ConfigureAwait(false);
        return answer.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    /// <inheritdoc/>
    public async Task<ConflictChoice> ResolveAsync(IncomingConflict conflict, CancellationToken cancellationToken)
    {
        string answer = await AskAsync(
            $"{conflict.Path} is there already and differs: {Describe(conflict.ExistingBytes, conflict.ExistingModified)}, the new one {Describe(conflict.Bytes, conflict.Modified)}.\n"
            + "[o]verwrite, [r]ename the new one, [k]eep the old one; a capital letter for all: ",
            cancellationToken).ConfigureAwait(false);
        return answer.Trim() switch
        {
            "o" => new ConflictChoice(ConflictPolicy.Overwrite, ForAll: false),
            "O" => new ConflictChoice(ConflictPolicy.Overwrite, ForAll: true),
            "r" => new ConflictChoice(ConflictPolicy.Rename, ForAll: false),
            "R" => new ConflictChoice(ConflictPolicy.Rename, ForAll: true),
            "K" => new ConflictChoice(ConflictPolicy.Keep, ForAll: true),
            _ => new ConflictChoice(ConflictPolicy.Keep, ForAll: false),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static string Describe(long bytes, DateTimeOffset modified) =>
        string.Create(CultureInfo.InvariantCulture, $"{Words.Bytes(bytes)} of {modified.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

    private async Task<string> AskAsync(string question, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            screen.Ask(question);

            // A line cannot be taken back from a terminal: a question that is given up leaves its reading to the next one.
            _reading ??= Task.Run(input.ReadLine, CancellationToken.None);
            string? answer = await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
            _reading = null;
            return answer ?? string.Empty;
        }
        finally
        {
            screen.Answered();
            _turn.Release();
        }
    }
}
