using Kith.Apps.Services;
using Kith.Fuzz.Coverage;

namespace Kith.Fuzz.Targets;

/// <summary>The input is what a member says that calls a service, or what a device answers it.</summary>
[Covers(typeof(Apps.Services.ServiceCall), typeof(Apps.Services.ServiceAnswer))]
internal sealed class ServiceCallTarget : IFuzzTarget
{
    public string Name => "service-call";

    public IEnumerable<byte[]> Corpus =>
    [
        new ServiceCall("web").Encode(),
        new ServiceCall("8080").Encode(),
        new ServiceCall(new string('a', 40)).Encode(),
        new ServiceAnswer(ServiceAnswerKind.Connected).Encode(),
        new ServiceAnswer(ServiceAnswerKind.Unknown).Encode(),
        new ServiceAnswer(ServiceAnswerKind.Full).Encode(),
        new ServiceAnswer(ServiceAnswerKind.NothingBehind, 8080, "web").Encode(),
    ];

    public bool Run(ReadOnlySpan<byte> input)
    {
        bool isCall = ServiceCall.TryDecode(input, out ServiceCall? call);
        if (isCall)
        {
            Oracle.Same(input, call!.Encode(), "the call's own encoding");
        }

        bool isAnswer = ServiceAnswer.TryDecode(input, out ServiceAnswer? answer);
        if (isAnswer)
        {
            Oracle.Same(input, answer!.Encode(), "the answer's own encoding");
        }

        return isCall || isAnswer;
    }
}
