using Microsoft.Extensions.Options;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>The messages of the validation error that a call must end in.</summary>
internal static class OptionFailures
{
    public static string[] Of(Action call)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => call());
        return failure is null ? [] : [.. failure.Failures];
    }

    /// <summary>The paths that lead the messages.</summary>
    public static string[] PathsOf(Action call) => [.. Of(call).Select(f => f[..f.IndexOf(':')])];
}
