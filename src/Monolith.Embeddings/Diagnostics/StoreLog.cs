using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What stores log: events 2500 to 2999.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(EventId = 2500, Level = LogLevel.Information,
        Message = "Removed '{File}' from '{Folder}': a temporary file whose writer has ended.")]
    public static partial void RemovedLeftover(this ILogger logger, string file, string folder);
}
