using System.Text.Json;
using Kith.Apps.Sending;

namespace Kith.Cli.Output;

/// <summary>Shows transfers: lines for people, with a line at the bottom that says how far it is where a person looks, or JSON. Any thread.</summary>
internal sealed class TransferScreen : ITransferObserver, IAsyncDisposable
{
    private static readonly TimeSpan TextInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan JsonInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Terminal _terminal;
    private readonly bool _isSender;
    private readonly bool _asJson;
    private readonly bool _isQuiet;
    private readonly List<Watched> _watched = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _drawing;
    private bool _isDrawn;
    private bool _isAsking;

    /// <summary>Makes a screen.</summary>
    /// <param name="terminal">Where it shows.</param>
    /// <param name="isSender">Whether this side sends.</param>
    /// <param name="asJson">Whether programs read it.</param>
    /// <param name="isQuiet">Whether only what went wrong is shown.</param>
    public TransferScreen(Terminal terminal, bool isSender, bool asJson, bool isQuiet)
    {
        _terminal = terminal;
        _isSender = isSender;
        _asJson = asJson;
        _isQuiet = isQuiet;
        bool draws = asJson ? !isQuiet : terminal.IsInteractive && !isQuiet;
        _drawing = draws ? DrawAsync() : Task.CompletedTask;
    }

    /// <summary>Whether a transfer is under way.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _watched.Count > 0;
            }
        }
    }

    /// <inheritdoc/>
    public void Handle(TransferEvent transferEvent)
    {
        lock (_gate)
        {
            bool isTrouble = transferEvent.Event is TransferEventKind.Failed or TransferEventKind.Kept or TransferEventKind.LeftOut or TransferEventKind.Stopped or TransferEventKind.Interrupted
                || (transferEvent.Event == TransferEventKind.LinkLost && !_isSender);
            if (_asJson)
            {
                _terminal.WriteLine(JsonSerializer.Serialize(transferEvent, SendingJson.Default.TransferEvent));
                Flush(transferEvent);
            }
            else if ((!_isQuiet || isTrouble) && TransferText.Of(transferEvent, _isSender) is { } text)
            {
                Erase();
                if (isTrouble)
                {
                    _terminal.Remark(text);
                }
                else
                {
                    _terminal.WriteLine(text);
                    Flush(transferEvent);
                }
            }
        }
    }

    /// <inheritdoc/>
    public IDisposable Watch(Func<TransferTotals> totals, Func<string> current)
    {
        Watched watched = new(this, totals, current);
        lock (_gate)
        {
            _watched.Add(watched);
        }

        return watched;
    }

    /// <summary>Keeps the last line out of the way of a question until the result is disposed, and asks it.</summary>
    public void Ask(string question)
    {
        lock (_gate)
        {
            Erase();
            _isAsking = true;
            _terminal.Output.Write(question);
            _terminal.Output.Flush();
        }
    }

    /// <summary>The question was answered.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            _isAsking = false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _drawing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            Erase();
            _terminal.Output.Flush();
        }

        _ending.Dispose();
    }

    private async Task DrawAsync()
    {
        using PeriodicTimer timer = new(_asJson ? JsonInterval : TextInterval);
        while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
        {
            lock (_gate)
            {
                Draw();
            }
        }
    }

    private void Draw()
    {
        if (_watched.Count == 0 || _isAsking)
        {
            return;
        }

        if (_asJson)
        {
            foreach (Watched watched in _watched)
            {
                _terminal.WriteLine(JsonSerializer.Serialize(new TransferEvent(TransferEventKind.Progress, Totals: watched.Totals()), SendingJson.Default.TransferEvent));
            }

            _terminal.Output.Flush();
            return;
        }

        string text = _watched[^1].Line();
        Erase();
        int width = Math.Max(1, _terminal.Width - 1);
        _terminal.Output.Write(text.Length > width ? text[..width] : text);
        _terminal.Output.Flush();
        _isDrawn = true;
    }

    private void Erase()
    {
        if (_isDrawn)
        {
            _terminal.Output.Write("\r\e[K");
            _isDrawn = false;
        }
    }

    // Lines of single files may be many thousands a second; what somebody may wait for goes out at once.
    private void Flush(TransferEvent transferEvent)
    {
        if (transferEvent.Event is not (TransferEventKind.Received or TransferEventKind.Identical))
        {
            _terminal.Output.Flush();
        }
    }

    private sealed class Watched(TransferScreen screen, Func<TransferTotals> totals, Func<string> current) : IDisposable
    {
        private readonly TransferRate _rate = new();

        public TransferTotals Totals() => totals();

        public string Line()
        {
            TransferTotals now = totals();
            return TransferText.Progress(now, _rate.Add(now.Seconds, now.BytesCarried), current());
        }

        public void Dispose()
        {
            lock (screen._gate)
            {
                screen._watched.Remove(this);
            }
        }
    }
}
