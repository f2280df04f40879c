using BleepStore.Storage.AspNetCore.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace BleepStore.Storage.AspNetCore.Tests.Downloads;

/// <summary>A controller of an application. MVC finds no nested ones.</summary>
[Route("mvc")]
public sealed class ObjectsController : ControllerBase
{
    [HttpGet("{key}")]
    public async Task<IActionResult> Get(string key)
    {
        ObjectReadStream stream = await WebApp.FilesOf(HttpContext).OpenReadAsync(key);
        return File(stream, "text/plain", stream.Properties.LastModified, MvcTests.EntityTagOf(stream), enableRangeProcessing: true);
    }
}
