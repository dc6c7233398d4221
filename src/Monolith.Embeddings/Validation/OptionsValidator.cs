using Microsoft.Extensions.Options;

namespace Monolith.Embeddings.Validation;

/// <summary>
/// Lets <c>Microsoft.Extensions.Options</c> validate options of this library:
/// <c>services.AddSingleton&lt;IValidateOptions&lt;EmbeddingTableSetOptions&gt;,
/// OptionsValidator&lt;EmbeddingTableSetOptions&gt;&gt;()</c>. Thread-safe.
/// </summary>
/// <typeparam name="TOptions">The options to validate.</typeparam>
public sealed class OptionsValidator<TOptions> : IValidateOptions<TOptions>
    where TOptions : class, IValidatedOptions
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var errors = OptionErrors.Of(options);
        return errors.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Texts);
    }
}
