using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Tests.Backends.Bodies;

public class PassingBodyTests
{
    [Test]
    public void It_tells_of_the_body_underneath_all_that_this_tells()
    {
        var inner = StorageBody.FromBytes(new byte[] { 1, 2, 3 });
        var body = new CountingBody(inner);

        Assert.That((body.Length, body.CanReplay, body.ETag), Is.EqualTo((inner.Length, inner.CanReplay, inner.ETag)));
        Assert.That(body.Md5!.Value.Span.SequenceEqual(inner.Md5!.Value.Span), Is.True);
        Assert.That(body.PartSizes, Is.EqualTo(inner.PartSizes));
    }

    [Test]
    public async Task It_acts_before_each_opening_also_before_one_by_a_decorator_underneath()
    {
        var innermost = new CountingBody(StorageBody.FromBytes(new byte[] { 1, 2, 3 }));
        var body = new CountingBody(innermost);

        await body.Open().DisposeAsync();
        await body.OpenAhead().DisposeAsync();
        await using (Stream rewindable = body.OpenRewindable())
        {
            await rewindable.ReadExactlyAsync(new byte[3]);
        }

        Assert.That((body.Openings, innermost.Openings), Is.EqualTo((3, 3)));
    }

    [Test]
    public void A_body_in_its_place_is_watched_as_it_was()
    {
        var other = StorageBody.FromBytes(new byte[] { 4 });
        var watched = new WatchingBody(StorageBody.FromBytes(new byte[] { 1 }));

        StorageBody replaced = new CountingBody(watched).Replace(other);

        Assert.That(replaced, Is.TypeOf<WatchingBody>(), "the body underneath decides");
    }

    private sealed class CountingBody(StorageBody inner) : PassingBody(inner)
    {
        public int Openings { get; private set; }

        protected override void OnOpening() => Openings++;
    }

    private sealed class WatchingBody(StorageBody inner) : PassingBody(inner)
    {
        internal override StorageBody Replace(StorageBody other) => new WatchingBody(other);
    }
}
