using System.Globalization;
using BleepStore.Storage.Local.Crasher;

// With a role this is one of the processes that a test starts; without, the crash test itself.
string role = args.Length > 0 && !args[0].StartsWith('-') ? args[0] : "";
var options = new Dictionary<string, string>(StringComparer.Ordinal);
for (int i = role.Length > 0 ? 1 : 0; i + 1 < args.Length; i += 2)
{
    options[args[i].TrimStart('-')] = args[i + 1];
}

bool isManaged = options.GetValueOrDefault("layer") == "managed";

switch (role)
{
    case "work":
        await Worker.RunAsync(Text("root"), Number("seed", 0), Text("durability") == "full", Text("records") == "files", isManaged);
        return 0;
    case "count":
        await Contender.CountAsync(Text("root"), Number("steps", 200), isManaged);
        return 0;
    case "overwrite":
        await Contender.OverwriteAsync(Text("root"), Number("id", 0), isManaged);
        return 0;
    case "hold":
        await Contender.HoldAsync(Text("root"), Text("key"), isManaged);
        return 0;
    case "crowd":
        await Limited.CrowdAsync(Text("root"), (ulong)Number("files", 500), Number("puts", 1000), isManaged);
        return 0;
    case "writers":
        await Limited.OpenWritersAsync(Text("root"), (ulong)Number("files", 200), isManaged);
        return 0;
    case "list":
        await Limited.ListAsync(Text("root"), (ulong)Number("files", 300), isManaged);
        return 0;
    case "large":
        await Limited.PutLargeAsync(Text("root"), Number("bytes", 100_000), isManaged);
        return 0;
    case "denied":
        await Outsider.RunAsync(Text("root"), Text("scratch"), (uint)Number("uid", 65534), isManaged);
        return 0;
    case "":
        return await TestAsync();
    default:
        await Console.Error.WriteLineAsync($"There is no role '{role}'.");
        return 2;
}

async Task<int> TestAsync()
{
    if (args.Length % 2 != 0 || options.Keys.Except(["kills", "seed", "lanes", "folder", "layer"]).Any())
    {
        await Console.Error.WriteLineAsync("Options: --kills N (200), --seed N (random), --lanes N (2): stores tested side by side, --folder PATH (the temporary folder), --layer native|managed (native)");
        return 2;
    }

    try
    {
        CrashReport report = await CrashTest.RunAsync(
            Number("kills", 200), Number("seed", Random.Shared.Next()), Number("lanes", 2), options.GetValueOrDefault("folder", Path.GetTempPath()), Console.Out, isManaged);
        await Console.Out.WriteLineAsync(report.ToString());
        return 0;
    }
    catch (CrashTestException failure)
    {
        await Console.Error.WriteLineAsync(failure.Message);
        return 1;
    }
}

string Text(string name) => options.GetValueOrDefault(name) ?? throw new ArgumentException($"--{name} is missing.");

int Number(string name, int otherwise) => options.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
