using BleepStore.Storage;
using BleepStore.Storage.AspNetCore.Problems;
using Microsoft.AspNetCore.DataProtection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the services of a store that a web application needs.</summary>
public static class BleepStoreAspNetCoreExtensions
{
    /// <summary>
    /// Answers every <see cref="StorageException"/> that leaves an endpoint with problem details (RFC 9457). They have the status for the
    /// code, and the code as the member <c>code</c>. Bodies that the server refused are answered with their status, such as 413. The answer
    /// contains no details of the upstream. The application must call <c>app.UseExceptionHandler()</c>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    public static IServiceCollection AddBleepStoreProblemDetails(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddProblemDetails().AddExceptionHandler<StorageExceptionHandler>();
    }

    /// <summary>
    /// Lets the store sign URLs that lead to the application (<see cref="ObjectStoreOptions.Links"/>) with the keys of ASP.NET Core's data
    /// protection. All instances of the application must share these keys. <c>MapObjectLinks</c> serves the URLs.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="baseUrl">Where the application serves links (<see cref="StoreLinkOptions.BaseUrl"/>).</param>
    public static ObjectStoreBuilder WithDataProtectionLinks(this ObjectStoreBuilder builder, Uri baseUrl)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(baseUrl);
        builder.Services.AddDataProtection();
        builder.Services.AddOptions<ObjectStoreOptions>(builder.Name).Configure<IDataProtectionProvider>((options, provider) =>
        {
            options.Links.BaseUrl = baseUrl;
            options.Links.SignerFactory = () => new DataProtectionLinkSigner(provider);
        });
        return builder;
    }
}
