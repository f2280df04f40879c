using BleepStore.Storage;
using BleepStore.Storage.Backends;
using BleepStore.Storage.Decorators.Encryption;
using BleepStore.Storage.Engine;
using BleepStore.Storage.Registration.Decorators;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Encrypts the objects of a store before they leave the process.</summary>
public static class BleepStoreEncryptionExtensions
{
    /// <summary>
    /// Encrypts the bytes of objects with AES-256-GCM. What was changed, cut or moved upstream is <see cref="StorageErrorCode.BadDigest"/>
    /// when it is read. Keys, metadata, attributes and sizes of objects stay readable upstream.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="ring">The keys. They stay the caller's to dispose.</param>
    /// <param name="configure">Sets the options. Default: objects that are not encrypted are refused.</param>
    public static ObjectStoreBuilder WithEncryption(
        this ObjectStoreBuilder builder, IKeyRing ring, Action<EncryptionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(ring);
        return builder.WithEncryption(_ => ring, configure);
    }

    /// <summary>
    /// Encrypts the bytes of objects with AES-256-GCM, as
    /// <see cref="WithEncryption(ObjectStoreBuilder, IKeyRing, Action{EncryptionOptions}?)"/> does.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="ring">Returns the keys. Called once, when the store is made. They are not disposed by the store.</param>
    /// <param name="configure">Sets the options. Default: objects that are not encrypted are refused.</param>
    public static ObjectStoreBuilder WithEncryption(
        this ObjectStoreBuilder builder, Func<IServiceProvider, IKeyRing> ring, Action<EncryptionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(ring);
        OptionsBuilder<EncryptionOptions> options = AddOptions(builder);
        if (configure is not null)
        {
            options.Configure(configure);
        }

        string name = builder.Name;
        return builder.Decorate((services, inner) =>
        {
            IKeyRing keys = ring(services) ?? throw new InvalidOperationException($"The key ring of the store '{name}' is null.");
            return Create(services, name, inner, keys, owned: null);
        });
    }

    /// <summary>
    /// Encrypts the bytes of objects with AES-256-GCM, with keys from configuration, as
    /// <see cref="WithEncryption(ObjectStoreBuilder, IKeyRing, Action{EncryptionOptions}?)"/> does.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">
    /// The section that has <see cref="EncryptionOptions"/> by their names, with <see cref="EncryptionOptions.CurrentKeyId"/> and
    /// <see cref="EncryptionOptions.Keys"/>.
    /// </param>
    public static ObjectStoreBuilder WithEncryption(this ObjectStoreBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        string name = builder.Name;
        AddOptions(builder)
            .Bind(configuration)
            .Validate(
                static options => options.CurrentKeyId is not null,
                EncryptionOptionsValidator.Told(name, EncryptionOptionsValidator.NoCurrent));
        return builder.ExpectSettings<EncryptionOptions>(configuration).Decorate((services, inner) =>
        {
            KeyRing keys = EncryptionOptionsValidator.CreateRing(OptionsOf(services, name));
            return Create(services, name, inner, keys, keys);
        });
    }

    private static OptionsBuilder<EncryptionOptions> AddOptions(ObjectStoreBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EncryptionOptions>, EncryptionOptionsValidator>());
        return builder.Services.AddOptions<EncryptionOptions>(builder.Name).ValidateOnStart();
    }

    private static EncryptionOptions OptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<EncryptionOptions>>().Get(name);

    private static EncryptionBackend Create(
        IServiceProvider services, string name, StorageBackend inner, IKeyRing keys, KeyRing? owned)
    {
        ObjectStoreOptions store = services.GetRequiredService<IOptionsMonitor<ObjectStoreOptions>>().Get(name);
        ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger(BleepStoreTelemetry.Name) ?? NullLogger.Instance;
        var operations = new Operations(name, inner, logger, services.GetService<TimeProvider>() ?? TimeProvider.System, typeof(ObjectStore));
        var context = new StoreContext(inner, TransferSettings.From(store), operations);
        return new EncryptionBackend(inner, keys, OptionsOf(services, name).PlaintextObjects, context, owned);
    }
}
