using Microsoft.EntityFrameworkCore;

namespace Varve.Control.Rows;

/// <summary>The tables of the control database.</summary>
sealed class ControlContext(DbContextOptions<ControlContext> options) : DbContext(options)
{
    public DbSet<SavedQueryRow> SavedQueries => Set<SavedQueryRow>();

    public DbSet<HistoryRow> History => Set<HistoryRow>();

    public DbSet<PreferenceRow> Preferences => Set<PreferenceRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<SavedQueryRow>(row =>
        {
            row.ToTable("saved_queries").HasKey(each => each.Id);
            row.HasIndex(each => new { each.Account, each.NameKey }).IsUnique();
            row.Property(each => each.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<HistoryRow>(row =>
        {
            row.ToTable("history").HasKey(each => each.Number);
            row.Property(each => each.Number).ValueGeneratedOnAdd();
            row.HasIndex(each => new { each.Account, each.User, each.Number });
        });
        modelBuilder.Entity<PreferenceRow>(row => row.ToTable("preferences").HasKey(each => new { each.User, each.Name }));
    }
}
