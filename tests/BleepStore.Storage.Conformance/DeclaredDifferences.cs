using System.Collections.Concurrent;
using System.Reflection;

namespace BleepStore.Storage.Conformance;

/// <summary>The tests that differ on each backend.</summary>
internal static class DeclaredDifferences
{
    private static readonly ConcurrentDictionary<string, bool> Printed = new(StringComparer.Ordinal);

    /// <summary>Prints a backend's differences, once.</summary>
    public static void Print(ConformanceHarness harness)
    {
        if (!Printed.TryAdd(harness.Name, true))
        {
            return;
        }

        foreach (Difference difference in harness.Differences)
        {
            string answer = difference.Answer is { } code ? $" (answers {code})" : "";
            TestContext.Error.WriteLine($"{harness.Name} differs: {difference.Test}{answer}: {difference.Reason}");
        }
    }

    /// <summary>The difference declared for a test, if any.</summary>
    /// <param name="harness">The backend.</param>
    /// <param name="fixture">The fixture's type.</param>
    /// <param name="test">The test's name with its arguments.</param>
    public static Difference? Find(ConformanceHarness harness, Type fixture, string test)
    {
        string name = $"{Area(fixture)}.{test}";
        return harness.Differences.FirstOrDefault(difference =>
            difference.Test == name || name.StartsWith(difference.Test + "(", StringComparison.Ordinal));
    }

    /// <summary>The area of a fixture, such as <c>Put</c> for a type derived from <see cref="PutConformance{THarness}"/>.</summary>
    public static string Area(Type fixture)
    {
        Type? type = fixture;
        while (type is not null && type.Assembly != typeof(DeclaredDifferences).Assembly)
        {
            type = type.BaseType;
        }

        string name = type?.Name ?? "";
        return name.Contains("Conformance", StringComparison.Ordinal)
            ? name[..name.IndexOf("Conformance", StringComparison.Ordinal)]
            : name;
    }

    /// <summary>The differences that can be declared and that name no test of the suite.</summary>
    public static IEnumerable<string> NamingNoTest(ConformanceHarness harness, IEnumerable<Type> suites)
    {
        var tests = suites
            .SelectMany(suite => suite.GetMethods()
                .Where(static method => method.GetCustomAttribute<ContractTestAttribute>() is not null)
                .Select(method => $"{Area(suite)}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        return harness.PossibleDifferences.Select(difference => difference.Test).Where(test => !tests.Contains(test.Split('(')[0]));
    }
}
