using BleepStore.Storage.Azure.Uploads;

namespace BleepStore.Storage.Azure.Tests.Uploads;

public sealed class RecentUploadsTests
{
    [Test]
    public void The_oldest_is_dropped_for_a_new_one()
    {
        var recent = new RecentUploads<string>(2);
        recent.GetOrAdd("a", "1");
        recent.GetOrAdd("b", "2");
        recent.GetOrAdd("c", "3");

        Assert.That((recent.Contains("a"), recent.Contains("b"), recent.Contains("c")), Is.EqualTo((false, true, true)));
    }

    [Test]
    public void What_is_known_already_stays()
    {
        var recent = new RecentUploads<string>(2);
        recent.GetOrAdd("a", "1");

        Assert.That(recent.GetOrAdd("a", "2"), Is.EqualTo("1"));
        Assert.That(recent.TryGet("a", out string? value) ? value : null, Is.EqualTo("1"));
    }

    [Test]
    public void What_was_removed_is_not_known_and_can_be_added_again()
    {
        var recent = new RecentUploads<string>(2);
        recent.GetOrAdd("a", "1");
        recent.Remove("a");
        Assert.That(recent.TryGet("a", out _), Is.False);

        Assert.That(recent.GetOrAdd("a", "2"), Is.EqualTo("2"));
    }

    [Test]
    public void Uploads_that_come_and_go_drop_none_that_stays()
    {
        var recent = new RecentUploads<string>(2);
        recent.GetOrAdd("a", "1");
        for (int number = 0; number < 1000; number++)
        {
            string id = $"{number}";
            recent.GetOrAdd(id, id);
            recent.Remove(id);
        }

        recent.GetOrAdd("b", "2");

        Assert.That((recent.Contains("a"), recent.Contains("b")), Is.EqualTo((true, true)));
    }
}
