using System.Runtime.CompilerServices;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>Numbers of which a module is made.</summary>
internal static class Widths
{
    public static void Require(int width, int least = 1, [CallerArgumentExpression(nameof(width))] string name = "") =>
        OutOfRange.ThrowIfLess(width, least, name);

    /// <summary>A share that is dropped out.</summary>
    public static void RequireShare(double share, [CallerArgumentExpression(nameof(share))] string name = "")
    {
        if (!(share >= 0 && share < 1)) throw OutOfRange.Of(name, share, $"{share:R} is not at least 0 and less than 1.");
    }

    public static void RequirePositive(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > 0 && double.IsFinite(value))) throw OutOfRange.Of(name, value, $"{value:R} is not a finite number greater than 0.");
    }

    public static void RequireNotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && double.IsFinite(value))) throw OutOfRange.Of(name, value, $"{value:R} is not a finite number of at least 0.");
    }
}
