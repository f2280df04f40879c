using System.Reflection;
using System.Text;

namespace BleepStore.Storage.Tests.Shared;

/// <summary>Compares the public API of an assembly with the approved text file beside the tests.</summary>
internal static class ApprovedApi
{
    /// <param name="assembly">The assembly.</param>
    /// <param name="folder">The folder of <c>{assembly}.approved.txt</c>, as a path below the repository's root, with slashes.</param>
    public static void Require(Assembly assembly, string folder)
    {
        string name = assembly.GetName().Name!;
        string path = Path.Combine(RepositoryFolder.Find(folder), name);
        string approvedPath = $"{path}.approved.txt";
        string receivedPath = $"{path}.received.txt";
        string received = ApiText.Render(assembly);
        string approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : "";
        if (received == approved)
        {
            File.Delete(receivedPath);
            return;
        }

        File.WriteAllText(receivedPath, received);
        Assert.Fail(
            $"The public API of {name} is not the approved one.\n{Difference(approved, received)}\n" +
            $"If that is meant, approve it (and say so in CHANGELOG.md): mv \"{receivedPath}\" \"{approvedPath}\"");
    }

    private static string Difference(string approved, string received)
    {
        // Many types have equal lines, so each counts once.
        List<string> added = [.. received.Split('\n')];
        string[] removed = [.. approved.Split('\n').Where(line => !added.Remove(line))];
        var text = new StringBuilder();
        foreach (string line in removed)
        {
            text.Append("- ").AppendLine(line.Trim());
        }

        foreach (string line in added)
        {
            text.Append("+ ").AppendLine(line.Trim());
        }

        return text.Length > 0 ? text.ToString() : "Only the order of the lines differs.";
    }
}
