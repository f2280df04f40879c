using Microsoft.Extensions.Configuration;

namespace BleepStore.Storage;

/// <summary>
/// The backends that configuration can choose from (<see cref="ObjectStoreBuilder.UseConfiguration"/>). Every backend's package adds itself
/// with one method.
/// </summary>
public sealed class BackendChoices
{
    private readonly SortedDictionary<string, Action<ObjectStoreBuilder, IConfiguration>> _choices = new(StringComparer.OrdinalIgnoreCase);

    internal BackendChoices()
    {
    }

    /// <summary>For authors of backends: offers one.</summary>
    /// <param name="name">What configuration calls it; compared without regard to case.</param>
    /// <param name="use">Picks it for a store, with options from a section.</param>
    /// <exception cref="ArgumentException">The name is offered already.</exception>
    public BackendChoices Add(string name, Action<ObjectStoreBuilder, IConfiguration> use)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(use);
        if (!_choices.TryAdd(name, use))
        {
            throw new ArgumentException($"The backend '{name}' is offered twice.", nameof(name));
        }

        return this;
    }

    internal Action<ObjectStoreBuilder, IConfiguration> Find(string? name, string store)
    {
        string offered = string.Join(", ", _choices.Keys);
        if (string.IsNullOrEmpty(name))
        {
            throw new InvalidOperationException($"{store}: its configuration has no 'Backend'. Set it to one of: {offered}.");
        }

        return _choices.TryGetValue(name, out Action<ObjectStoreBuilder, IConfiguration>? use)
            ? use
            : throw new InvalidOperationException($"{store}: its configuration asks for the backend '{name}'; offered are: {offered}.");
    }
}
