using System.Diagnostics;
using BleepStore.Storage.Conformance.Support;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Tests.Documentation;

/// <summary>The block at the end of <c>dotnet test</c> that says what this machine could not test.</summary>
public class NotTestedBlockTests
{
    [Test]
    public async Task It_has_every_reason_once_and_the_run_succeeds()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.PathOf("a.txt"), "A.Tests, 2 tests: Node is missing.\n");
        await File.WriteAllTextAsync(folder.PathOf("b.txt"), "B.Tests, 1 test: Ceph is missing.\n");

        (int code, string output) = await SayAsync(folder);

        Assert.That(code, Is.Zero, output);
        Assert.That(
            output.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0),
            Is.EqualTo(new[] { "Not tested on this machine:", "- A.Tests, 2 tests: Node is missing.", "- B.Tests, 1 test: Ceph is missing." }));
    }

    [Test]
    public async Task Nothing_is_said_where_all_was_tested()
    {
        using var folder = new TemporaryFolder();

        (int code, string output) = await SayAsync(folder);

        Assert.That((code, output.Contains("Not tested", StringComparison.Ordinal)), Is.EqualTo((0, false)), output);
    }

    private static async Task<(int Code, string Output)> SayAsync(TemporaryFolder folder)
    {
        string targets = Path.Combine(RepositoryFolder.Find("tests"), "not-tested.targets");
        await File.WriteAllTextAsync(
            folder.PathOf("say.proj"),
            $"<Project><Import Project=\"{targets}\" /><ItemGroup><NotTestedFile Include=\"*.txt\" /></ItemGroup></Project>");
        var start = new ProcessStartInfo("dotnet", ["msbuild", "say.proj", "-t:SayWhatWasNotTested", "-nologo", "-v:minimal", "-tl:off"])
        {
            WorkingDirectory = folder.PathOf("."),
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
