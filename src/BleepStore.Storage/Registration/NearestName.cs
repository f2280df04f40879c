namespace BleepStore.Storage.Registration;

/// <summary>Finds the name that was meant by a misspelt one.</summary>
internal static class NearestName
{
    /// <summary>Returns the name with the fewest edits, if they are few enough for a slip. Otherwise <see langword="null"/>.</summary>
    public static string? Of(string misspelt, IEnumerable<string> names)
    {
        int most = Math.Max(2, misspelt.Length / 3);
        (string? nearest, int fewest) = (null, most + 1);
        foreach (string name in names)
        {
            int edits = Edits(misspelt.ToUpperInvariant(), name.ToUpperInvariant());
            if (edits < fewest)
            {
                (nearest, fewest) = (name, edits);
            }
        }

        return nearest;
    }

    /// <summary>
    /// Counts how many letters must be added, left out, replaced, or swapped with the next one, to turn one text into the other.
    /// </summary>
    private static int Edits(string from, string to)
    {
        int[,] edits = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                edits[i, j] = (i, j) switch
                {
                    (_, 0) => i,
                    (0, _) => j,
                    _ => Math.Min(
                        Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1,
                        edits[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }

        return edits[from.Length, to.Length];
    }
}
