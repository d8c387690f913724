namespace Kith.Protocol.Netstack.Tcp;

/// <summary>The states of a connection (RFC 9293 section 3.3.2). A listener is an object of its own.</summary>
public enum TcpState
{
    /// <summary>There is no connection any more.</summary>
    Closed,

    /// <summary>A SYN was sent.</summary>
    SynSent,

    /// <summary>A SYN was received and answered; half-open.</summary>
    SynReceived,

    /// <summary>Both directions are open.</summary>
    Established,

    /// <summary>This side finished; its FIN is not yet acknowledged.</summary>
    FinishWait1,

    /// <summary>This side finished; the peer may go on sending.</summary>
    FinishWait2,

    /// <summary>The peer finished; this side may go on sending.</summary>
    CloseWait,

    /// <summary>Both finished at once; this side's FIN is not yet acknowledged.</summary>
    Closing,

    /// <summary>Both finished, the peer first; this side's FIN is not yet acknowledged.</summary>
    LastAcknowledge,

    /// <summary>Both finished and everything is acknowledged; the place is kept against late segments.</summary>
    TimeWait,
}
