using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Transfers;

namespace BleepStore.Storage.Tests.Transfers;

public class JournalFileTests
{
    /// <summary>Transfers open and delete one journal all the time. A transfer whose file was deleted meanwhile has no lock.</summary>
    [Test]
    public async Task A_journal_that_is_open_is_the_one_at_its_path()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("journal");
        int inside = 0;
        int opened = 0;
        bool wasShared = false;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int turn = 0; turn < 3000; turn++)
            {
                try
                {
                    using FileStream journal = JournalFile.Open(path);
                    wasShared |= Interlocked.Increment(ref inside) > 1;
                    Interlocked.Increment(ref opened);
                    Thread.Yield();
                    Interlocked.Decrement(ref inside);
                    JournalFile.Remove(journal);
                }
                catch (IOException)
                {
                    // Another transfer has it open.
                }
            }
        })));

        Assert.That((wasShared, opened), Is.EqualTo((false, opened)));
        Assert.That(opened, Is.Positive);
    }
}
