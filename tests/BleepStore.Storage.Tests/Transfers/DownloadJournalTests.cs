using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Transfers;

namespace BleepStore.Storage.Tests.Transfers;

public class DownloadJournalTests
{
    private static readonly DownloadIdentity Identity = new("bucket", "key", "revision", Size: 100, PartSize: 10);

    /// <summary>A disk can fail to read a file for a moment. The ranges that it remembers are still there then.</summary>
    [Test]
    public void A_journal_that_cannot_be_read_stays_for_a_later_call()
    {
        using var folder = new TemporaryFolder();
        string target = folder.PathOf("file");
        using (var begun = DownloadJournal.Open(target))
        {
            begun.Begin(Identity);
            begun.Add(2, "5d41402abc4b2a76b9719d911017c592");
        }

        IOException error = Assert.Throws<IOException>(() => DownloadJournal.Open(target, static path => new Unreadable(path)))!;

        Assert.That(error.Message, Is.EqualTo(Unreadable.Failure), "told as itself");
        using var again = DownloadJournal.Open(target);
        Assert.That((again.Identity, again.HashOf(2)), Is.EqualTo((Identity, "5d41402abc4b2a76b9719d911017c592")), "kept, and not locked");
    }

    /// <summary>The file of a journal, on a disk that cannot read it.</summary>
    private sealed class Unreadable(string path)
        : FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0)
    {
        public const string Failure = "Input/output error";

        public override int Read(Span<byte> buffer) => throw new IOException(Failure);
    }
}
