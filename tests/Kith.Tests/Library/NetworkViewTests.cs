using Kith.Node;
using Kith.Node.Control;

namespace Kith.Tests.Library;

public class NetworkViewTests
{
    [Fact]
    public void a_first_picture_tells_of_every_network_and_member_but_not_of_this_node()
    {
        KithMember nas = TestView.Member(1, online: true);
        KithMember phone = TestView.Member(2);
        NetworkView view = TestView.Of(nas, phone);
        Assert.Equal(
            [new KithEvent.Joined(view.Networks[0]), new KithEvent.MemberAdded(nas), new KithEvent.MemberOnline(nas), new KithEvent.MemberAdded(phone)],
            view.Since(NetworkView.Empty));
    }

    [Fact]
    public void the_same_picture_again_tells_nothing()
    {
        KithMember nas = TestView.Member(1, online: true);
        Assert.Empty(TestView.Of(nas).Since(TestView.Of(nas)));
    }

    [Fact]
    public void a_measured_round_trip_alone_is_no_news()
    {
        KithMember before = TestView.Member(1, online: true, path: new PathStatus(PathKind.Lan, "192.0.2.1:5484", RttMilliseconds: 1));
        KithMember after = TestView.Member(1, online: true, path: new PathStatus(PathKind.Lan, "192.0.2.1:5484", RttMilliseconds: 2));
        Assert.Empty(TestView.Of(after).Since(TestView.Of(before)));
    }

    [Fact]
    public void another_path_coming_and_going_and_another_name_are_told()
    {
        KithMember away = TestView.Member(1);
        KithMember direct = TestView.Member(1, online: true, path: new PathStatus(PathKind.Direct, "192.0.2.1:5484"));
        KithMember relayed = TestView.Member(1, online: true, path: new PathStatus(PathKind.Relay, Via: "nas"));
        KithMember renamed = relayed with { Name = "tower" };
        Assert.Equal([new KithEvent.MemberOnline(direct)], TestView.Of(direct).Since(TestView.Of(away)));
        Assert.Equal([new KithEvent.PathChanged(relayed)], TestView.Of(relayed).Since(TestView.Of(direct)));
        Assert.Equal([new KithEvent.MemberChanged(renamed, relayed)], TestView.Of(renamed).Since(TestView.Of(relayed)));
        Assert.Equal([new KithEvent.MemberOffline(away)], TestView.Of(away).Since(TestView.Of(direct)));
    }

    [Fact]
    public void a_role_that_changed_is_told()
    {
        KithMember member = TestView.Member(1);
        KithMember admin = member with { Role = MemberRole.Admin };
        Assert.Equal([new KithEvent.MemberChanged(admin, member)], TestView.Of(admin).Since(TestView.Of(member)));
    }

    [Fact]
    public void members_and_networks_that_are_gone_are_told_of()
    {
        KithMember nas = TestView.Member(1);
        NetworkView with = TestView.Of(nas);
        Assert.Equal([new KithEvent.MemberRemoved(nas)], TestView.Of().Since(with));
        Assert.Equal([new KithEvent.Removed(with.Networks[0])], NetworkView.Empty.Since(with));
    }
}
