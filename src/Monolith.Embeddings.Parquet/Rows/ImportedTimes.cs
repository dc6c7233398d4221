using Monolith.Embeddings.Parquet.Columns;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Parquet.Rows;

/// <summary>The last updates of the rows of a file. Immutable.</summary>
internal sealed class ImportedTimes
{
    private readonly long _latestSecond;
    private readonly uint _secondsOfOthers;

    /// <param name="latest">The latest time that is not of the future.</param>
    /// <param name="ofOthers">The last update of rows of a file without any; null where the caller gave none.</param>
    /// <param name="newest">The table's newest event time, which is theirs then.</param>
    /// <exception cref="ArgumentOutOfRangeException">That one lies in the future, or before 1970.</exception>
    public ImportedTimes(DateTimeOffset latest, DateTimeOffset? ofOthers, DateTimeOffset newest)
    {
        if (ofOthers is { } given && (given < DateTimeOffset.UnixEpoch || given.ToUnixTimeSeconds() > latest.ToUnixTimeSeconds()))
            throw OutOfRange.Of("eventTime", given, $"{given:O} is no last update of this table yet: these go from 1970 to {latest:O}.");
        _latestSecond = latest.ToUnixTimeSeconds();
        _secondsOfOthers = (uint)(ofOthers ?? newest).ToUnixTimeSeconds();
    }

    /// <summary>The last update of a row, in seconds since the Unix epoch; 0 where it is not known.</summary>
    /// <exception cref="FormatException">It is no time, or lies in the future.</exception>
    public uint SecondsOf(ColumnValues[] columns, int row)
    {
        if (columns.Length < 3) return _secondsOfOthers;
        var seconds = new ParquetRow(columns, row).Int64(2);
        if (seconds is < 0 or > uint.MaxValue)
            throw new FormatException($"column '{RowForm.LastUpdateName}' holds {seconds}, which is no time in Unix seconds");
        return seconds <= _latestSecond ? (uint)seconds : throw new FormatException(
            $"column '{RowForm.LastUpdateName}' holds {seconds}, which is {DateTimeOffset.FromUnixTimeSeconds(seconds):u}, and the table "
            + $"takes none after {DateTimeOffset.FromUnixTimeSeconds(_latestSecond):u} yet; seconds since the Unix epoch are wanted");
    }
}
