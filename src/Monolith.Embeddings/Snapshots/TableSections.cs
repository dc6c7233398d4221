using System.Globalization;

namespace Monolith.Embeddings.Snapshots;

/// <summary>What the sections of a file are called. Those that users name have no slash.</summary>
internal static class TableSections
{
    /// <summary>Describes the tables, see <see cref="TableDescriptionFormat"/>.</summary>
    public const string Tables = "tables/descriptions";

    /// <summary>Records of rows.</summary>
    public static string Rows(int table) => Name("rows", table);

    /// <summary>Ids that were removed, 8 bytes each.</summary>
    public static string Removed(int table) => Name("removed", table);

    /// <summary>Records of the admission filter, see <see cref="AdmissionPiece"/>. What a file has of a range replaces all that older ones have of it.</summary>
    public static string Admission(int table) => Name("admission", table);

    /// <summary>Whether a user may call a section so.</summary>
    public static bool IsUsersOwn(string name) => name.Length > 0 && !name.Contains('/', StringComparison.Ordinal);

    private static string Name(string what, int table) => string.Create(CultureInfo.InvariantCulture, $"tables/{table}/{what}");
}
