using BleepStore.Storage.Azure.Tests.Support;
using BleepStore.Storage.Comparison;
using BleepStore.Storage.Comparison.Behaviours;
using BleepStore.Storage.Comparison.Places;
using BleepStore.Storage.Tests.Shared;

if (args is [KilledPut.Command, var kind, var where, var key])
{
    await KilledPut.WaitInTheMiddleAsync(Enum.Parse<PlaceKind>(kind), where, key);
    return 0;
}

if (await Emulators.FindNodeAsync() is { } missing)
{
    await Console.Error.WriteLineAsync(missing);
    return 2;
}

DirectoryInfo folder = Directory.CreateTempSubdirectory("bleepstore-comparison-");
try
{
    var observed = new Dictionary<PlaceKind, IReadOnlyList<string>>();
    foreach (PlaceKind place in Enum.GetValues<PlaceKind>())
    {
        string at = place is PlaceKind.Azure or PlaceKind.Sdk
            ? (await AzuriteAccount.TakeAsync()).ConnectionString
            : folder.CreateSubdirectory($"{place}").FullName;
        observed[place] = await ObserveAsync(place, at);
    }

    string table = Table.Render(observed);
    await Console.Out.WriteAsync(table);
    string results = RepositoryFolder.Find("tests/BleepStore.Storage.Comparison/results.txt");
    if (args is ["--check"] && await File.ReadAllTextAsync(results) != table)
    {
        await Console.Error.WriteLineAsync("results.txt has another table. Run the program without --check, and copy the table to README.md.");
        return 1;
    }

    await File.WriteAllTextAsync(results, table);
    return 0;
}
finally
{
    await Azurite.StopAsync();
    folder.Delete(recursive: true);
}

static async Task<IReadOnlyList<string>> ObserveAsync(PlaceKind kind, string where)
{
    await using IPlace place = OpenPlace.Of(kind, where);
    await place.PrepareAsync();
    List<string> answers = [];
    foreach (Behaviour behaviour in Catalogue.All)
    {
        long began = Environment.TickCount64;
        answers.Add(await behaviour.ObserveAsync(new Observed(place, kind, where)));
        await Console.Error.WriteLineAsync($"{kind}, {behaviour.Name}: {answers[^1]} ({Environment.TickCount64 - began} ms)");
    }

    return answers;
}
