using System.Text;
using Kith.Apps.Sending;
using Kith.Apps.Sending.Incoming;
using Kith.Apps.Sending.Wire;

namespace Kith.Tests.Sending;

/// <summary>Names and targets of links: which are taken, and how they are shown.</summary>
public class NameTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("with space\nand line", true)]
    [InlineData("..a", true)]
    [InlineData("...", true)]
    [InlineData("ünï", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("/a", false)]
    [InlineData("a\0b", false)]
    [InlineData(".kith-abc.part", false)]
    [InlineData(".kith-abc.journal", false)]
    [InlineData(".kith-abc", true)]
    public void only_a_single_component_is_a_name(string name, bool isValid) => Assert.Equal(isValid, EntryName.IsValid(name));

    [Fact]
    public void a_name_has_at_most_255_bytes()
    {
        Assert.True(EntryName.IsValid(new string('a', 255)));
        Assert.False(EntryName.IsValid(new string('a', 256)));
        Assert.False(EntryName.IsValid(new string('ü', 128)));
        Assert.False(EntryName.IsValid("half a \ud800 character"));
    }

    [Theory]
    [InlineData("a", 1, true)]
    [InlineData("a/b/c", 1, true)]
    [InlineData("./a", 1, true)]
    [InlineData("../a", 2, true)]
    [InlineData("../../a", 3, true)]
    [InlineData("..", 2, true)]
    [InlineData("../a", 1, false)]
    [InlineData("../../a", 2, false)]
    [InlineData("..", 1, false)]
    [InlineData("/etc/passwd", 5, false)]
    [InlineData("a/../b", 5, false)]
    [InlineData("../a/..", 5, false)]
    [InlineData("", 5, false)]
    [InlineData("a", 0, false)]
    public void a_link_stays_inside_or_is_not_taken(string target, int depth, bool isInside) => Assert.Equal(isInside, LinkTarget.StaysInside(target, depth));

    [Fact]
    public void what_steers_a_terminal_is_shown_and_not_done()
    {
        Assert.Equal("a b ü", Printable.Of("a b ü"));
        Assert.Equal("a\\u001b[2Jb\\n\\u202ec", Printable.Of("a\e[2Jb\n\u202ec"));
    }

    [Fact]
    public void other_names_keep_the_ending_and_the_length()
    {
        Assert.Equal(["photo (2).jpg", "photo (3).jpg"], FreeName.For("photo.jpg").Take(2));
        Assert.Equal(".bashrc (2)", FreeName.For(".bashrc").First());
        string longest = new string('ü', 125) + ".text";
        string other = FreeName.For(longest).Last();
        Assert.EndsWith(" (1000).text", other, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(other), 250, 255);
        Assert.Equal(FreeName.NumberMax - 1, FreeName.For("a").Count());
    }

    [Fact]
    public void words_for_the_other_side_are_cut_between_characters()
    {
        Assert.Equal("aü", WireText.Cut("aüü", 4));
        Assert.Equal("aüü", WireText.Cut("aüü", 5));
    }
}
