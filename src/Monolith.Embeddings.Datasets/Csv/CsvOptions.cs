using System.Text;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Datasets;

/// <summary>Options of <see cref="CsvReader{T}"/>.</summary>
public sealed class CsvOptions : IValidatedOptions
{
    /// <summary>
    /// What stands between two fields: any character but the quote, the carriage return and the line feed. Default a comma.
    /// </summary>
    public char Delimiter { get; set; } = ',';

    /// <summary>What a quote means. Default <see cref="CsvQuoting.Standard"/>.</summary>
    public CsvQuoting Quoting { get; set; }

    /// <summary>Whether the first line names the columns. Default true; without one, columns are chosen by position alone.</summary>
    public bool HasHeader { get; set; } = true;

    /// <summary>
    /// The encoding of files without a byte order mark; one with a mark of UTF-8, UTF-16 or UTF-32 is read by it. Lines with bytes that do
    /// not decode are malformed. Null, the default, for UTF-8.
    /// </summary>
    public Encoding? Encoding { get; set; }

    /// <summary>What happens to records that cannot be read. Default: stop at the first.</summary>
    public MalformedLines Malformed { get; set; } = new();

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(!char.IsSurrogate(Delimiter), nameof(Delimiter), $"U+{(int)Delimiter:X4} is half a character; choose a whole one.");
        errors.Require(Delimiter is not ('"' or '\r' or '\n'), nameof(Delimiter),
            $"U+{(int)Delimiter:X4} has a meaning of its own in CSV; choose another character than quote, carriage return and line feed.");
        errors.Require(Enum.IsDefined(Quoting), nameof(Quoting),
            $"{(int)Quoting} is neither {nameof(CsvQuoting.Standard)} nor {nameof(CsvQuoting.None)}.");
        errors.Nested(nameof(Malformed), Malformed);
    }

    /// <summary>A copy, which later changes of this one leave alone.</summary>
    internal CsvOptions Copy() => new()
    {
        Delimiter = Delimiter,
        Quoting = Quoting,
        HasHeader = HasHeader,
        Encoding = Encoding,
        Malformed = new MalformedLines { Limit = Malformed.Limit, Report = Malformed.Report },
    };
}
