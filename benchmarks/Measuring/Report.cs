using System.Globalization;

namespace Measuring;

/// <summary>
/// Prints each result as a line <c>name value</c> as soon as it is there, and keeps it for the comparison with the bounds.
/// </summary>
public sealed class Report
{
    private const double Whole = 1000;

    private readonly Dictionary<string, double> _values = [];

    public IReadOnlyDictionary<string, double> Values => _values;

    public void Print(string name, double value)
    {
        _values[name] = value;
        Console.WriteLine($"{name} {Text(value)}");
    }

    /// <summary>As <see cref="Print"/>, with four decimals: for ratios whose hundredths count.</summary>
    public void PrintExactly(string name, double value)
    {
        _values[name] = value;
        Console.WriteLine($"{name} {value.ToString("F4", CultureInfo.InvariantCulture)}");
    }

    /// <summary>Two decimals, or none where the number is large.</summary>
    public static string Text(double value) => value.ToString(Math.Abs(value) < Whole ? "F2" : "F0", CultureInfo.InvariantCulture);
}
