using Microsoft.Extensions.Logging;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>What sources log: events 5000 to 5499.</summary>
internal static partial class StreamLog
{
    [LoggerMessage(EventId = 5000, Level = LogLevel.Warning,
        Message = "The file '{File}' of {Files} came too late, and is not read: its place is before '{Current}', which the reading has "
            + "come to.")]
    public static partial void CameLate(this ILogger logger, string file, string files, string current);

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information,
        Message = "None of {Files} is there, or holds anything, yet. They are waited for.")]
    public static partial void NothingThereYet(this ILogger logger, string files);
}
