using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Varve.Control.Rows;

/// <summary>For the tool that writes migrations.</summary>
sealed class ControlContextFactory : IDesignTimeDbContextFactory<ControlContext>
{
    public ControlContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<ControlContext>().UseSqlite("Data Source=:memory:").Options);
}
