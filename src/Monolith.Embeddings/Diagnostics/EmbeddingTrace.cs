using System.Diagnostics;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>
/// Spans of what happens by itself. Without a listener there is no span, and nothing is allocated: the caller that begins one gets null.
/// Thread-safe.
/// </summary>
internal static class EmbeddingTrace
{
    private static readonly ActivitySource Source = new(
        EmbeddingDiagnostics.ActivitySourceName, typeof(EmbeddingTrace).Assembly.GetName().Version?.ToString());

    /// <summary>Begins a span, which the caller disposes.</summary>
    public static Activity? Begin(string name) => Source.StartActivity(name);

    /// <summary>
    /// Marks a span as failed, unless the work was cancelled, which is told as an event alone. For the filter of a catch, which then
    /// catches nothing.
    /// </summary>
    /// <returns>False.</returns>
    public static bool IsFailed(this Activity? span, Exception failure)
    {
        if (span is null || span.Status == ActivityStatusCode.Error) return false;
        if (failure is not OperationCanceledException) span.SetStatus(ActivityStatusCode.Error, failure.Message);
        span.AddException(failure);
        return false;
    }
}
