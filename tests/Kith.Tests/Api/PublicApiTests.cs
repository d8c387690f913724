using System.Reflection;
using System.Runtime.CompilerServices;
using Kith.Node;

namespace Kith.Tests.Api;

/// <summary>
/// The public interface of the package is a text that people review. After a change on purpose: <c>KITH_WRITE_API=1 Kith.Tests -class Kith.Tests.Api.PublicApiTests</c>,
/// and read the difference before it is committed.
/// </summary>
public class PublicApiTests
{
    [Fact]
    public void the_public_interface_is_the_one_that_was_reviewed()
    {
        string path = Path.Combine(Path.GetDirectoryName(SourceOfThis())!, "Kith.Node.txt");
        string now = string.Join('\n', ApiText.Of(typeof(KithNode).Assembly)) + "\n";
        if (Environment.GetEnvironmentVariable("KITH_WRITE_API") == "1")
        {
            File.WriteAllText(path, now);
        }

        string[] reviewed = File.ReadAllText(path).Split('\n');
        string[] lines = now.Split('\n');
        string difference = string.Join('\n', reviewed.Except(lines).Select(line => $"- {line}").Concat(lines.Except(reviewed).Select(line => $"+ {line}")));
        Assert.True(difference.Length == 0 && now == File.ReadAllText(path), $"The public interface has changed. If it was meant to, see PublicApiTests.\n{difference}");
    }

    [Fact]
    public void the_text_tells_kinds_members_and_nullability()
    {
        string[] text = [.. ApiText.Of(typeof(Sample))];
        Assert.Equal(
            [
                "sealed class Kith.Tests.Api.PublicApiTests.Sample : System.IDisposable",
"  .ctor(int number, string? text = null)",
                "  System.Threading.Tasks.Task<System.Collections.Generic.IReadOnlyList<string>> FindAsync<T>(T what, System.Threading.CancellationToken cancellationToken = default)",
                "  const int Maximum = 3",
                "  static Kith.Tests.Api.PublicApiTests.Sample operator +(Kith.Tests.Api.PublicApiTests.Sample left, Kith.Tests.Api.PublicApiTests.Sample right)",
                "  string? Text { get; init; }",
                "  void Dispose()",
            ],
            text);
    }

    private static string SourceOfThis([CallerFilePath] string path = "") => path;

#pragma warning disable CA1822, CA1034, CA2225, IDE0060
    public sealed class Sample(int number, string? text = null) : IDisposable
    {
        public const int Maximum = 3;

        public string? Text { get; init; } = text;

        internal int Number => number;

        public static Sample operator +(Sample left, Sample right) => new(left.Number + right.Number);

        public Task<IReadOnlyList<string>> FindAsync<T>(T what, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
#pragma warning restore CA1822, CA1034, CA2225, IDE0060
}
