using System.Globalization;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots.Contents;

/// <summary>What the sections of a file are called. Those that users name have no slash.</summary>
internal static class TableSections
{
    /// <summary>Describes the tables, see <see cref="TableDescriptionFormat"/>.</summary>
    public const string Tables = "tables/descriptions";

    /// <summary>
    /// Says in readable text what the schema was made of, see <see cref="SchemaDescriptionFormat"/>; in full snapshots, and in a trainer's
    /// first commit.
    /// </summary>
    public const string Schema = "tables/schema";

    /// <summary>Records of rows.</summary>
    public static string Rows(int table) => Name("rows", table);

    /// <summary>Ids that were removed, 8 bytes each.</summary>
    public static string Removed(int table) => Name("removed", table);

    /// <summary>
    /// Records of the admission filter, see <see cref="AdmissionPiece"/>. What a file has of a range replaces all that older ones have of
    /// it.
    /// </summary>
    public static string Admission(int table) => Name("admission", table);

    /// <summary>Whether the blocks of a section are of ids, each block of a range of mixed ids: rows or removals.</summary>
    public static bool IsOfIds(string name) => name.StartsWith("tables/", StringComparison.Ordinal)
        && (name.EndsWith("/rows", StringComparison.Ordinal) || name.EndsWith("/removed", StringComparison.Ordinal));

    /// <summary>Whether a user may call a section so.</summary>
    public static bool IsUsersOwn(string name) => name.Length > 0 && !name.Contains('/', StringComparison.Ordinal);

    /// <summary>Requires names that users may give sections, and no more sections than a file has.</summary>
    /// <exception cref="ArgumentException">A name cannot be used, or there are too many.</exception>
    public static void RequireUsersOwn(IEnumerable<string> names)
    {
        var count = 0;
        foreach (var name in names)
        {
            count++;
            if (!IsUsersOwn(name))
                throw new ArgumentException($"'{name}' is no name of a section: it is empty or has a slash.", nameof(names));
            StoredNames.Require(name, $"section '{name}'");
        }
        if (count > StoredLimits.NamedSections)
            throw new ArgumentException(
                $"There are {count} sections; a commit holds up to {StoredLimits.NamedSections}. Put several into one.", nameof(names));
    }

    private static string Name(string what, int table) => string.Create(CultureInfo.InvariantCulture, $"tables/{table}/{what}");
}
