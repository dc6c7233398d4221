using Microsoft.Extensions.Options;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>Fails for what could not be read and for what validation finds, all at once, by paths in the configuration.</summary>
internal sealed class EmbeddingsOptionsValidator : IValidateOptions<EmbeddingsOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbeddingsOptions options)
    {
        var found = new OptionErrors();
        options.CollectErrors(found);
        IEnumerable<string> failures = options.Report is { } report
            ? [.. report.Errors, .. found.Errors.Select(report.Translate)]
            : found.Errors.Select(error => error.ToString());
        return failures.Any() ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}
